/* SPDX-License-Identifier: MIT */
/* /proc/PID: what leads to files of a task, its fds, and what its memory holds. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>

#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/hostfs.h"
#include "../fs/reopen.h"
#include "../fs/resolve.h"
#include "../lib/math.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "procfs.h"

/* The task of a file in its directory. NULL: it has ended. */
static struct task *task_at(const struct tree_at *at)
{
	return task_find(tree_number(at));
}

int procfs_cwd(struct text *text, const struct tree_at *at)
{
	const struct task *task = task_at(at);

	if (!task)
		return -ESRCH;
	text_string(text, fs_context_cwd(task->process->fs));
	return 0;
}

/* --- the program's file --- */

static struct resolved resolved;
static const struct program *resolved_for; /* whose program that is; NULL: it is another file */

const char *procfs_resolve(const char *name)
{
	static struct path path;

	resolved_for = NULL;
	if (path_make(&path, current_fs->host_cwd, "", false, name) < 0 ||
	    path_resolve(&resolved, &path, FOLLOW_LAST) < 0)
		return NULL;
	return resolved.absolute;
}

const char *procfs_exe(struct program *program)
{
	if (resolved_for == program && program->exe_resolved)
		return resolved.absolute;
	if (!procfs_resolve(program->exe))
		return program_path(program);
	resolved_for = program;
	program->exe_resolved = true;
	return resolved.absolute;
}

int procfs_exe_link(struct text *text, const struct tree_at *at)
{
	const struct task *task = task_at(at);

	if (!task)
		return -ESRCH;
	text_string(text, procfs_exe(task->process->program));
	return 0;
}

int procfs_exe_open(struct file **file, const struct tree_at *at, unsigned flags)
{
	const struct task *task = task_at(at);
	struct program *program = task ? task->process->program : NULL;
	int error = program ? hostfs.open(file, program_path(program), flags) : -ESRCH;

	if (error)
		return error;
	/* Its name is the program's, not that of this link. */
	error = file_set_path(*file, procfs_exe(program));
	if (error)
		file_put(*file);
	else
		(*file)->resolved = program->exe_resolved;
	return error;
}

int procfs_exe_stat(const struct tree_at *at, struct hc_stat_result *st)
{
	const struct task *task = task_at(at);

	return task ? hostfs.stat(program_path(task->process->program), true, st) : -ESRCH;
}

/* --- fds: the task's number is the one before the fd's --- */

static const struct fdtable *table_of(uint32_t tid)
{
	const struct task *task = task_find(tid);

	return task ? task->process->files : NULL;
}

static bool has_fd(const struct tree_at *at, uint32_t number)
{
	const struct fdtable *table = table_of(tree_number(at));

	return table && fdtable_file(table, number);
}

static bool next_fd(const struct tree_at *at, uint32_t *number)
{
	const struct fdtable *table = table_of(tree_number(at));

	while (table && *number < FD_COUNT && !fdtable_file(table, *number))
		++*number;
	return table && *number < FD_COUNT;
}

static struct file *file_at(const struct tree_at *at)
{
	const struct fdtable *table = table_of(tree_number_before(at));

	return table ? fdtable_file(table, tree_number(at)) : NULL;
}

static int show_fd(struct text *text, const struct tree_at *at)
{
	struct file *file = file_at(at);

	if (file)
		reopen_show(text, file);
	return 0;
}

static int open_fd(struct file **file, const struct tree_at *at, unsigned flags)
{
	struct file *there = file_at(at);

	return there ? reopen_file(file, there, flags) : -ENOENT;
}

static int stat_fd(const struct tree_at *at, struct hc_stat_result *st)
{
	struct file *there = file_at(at);

	return there ? file_stat(there, st) : -ENOENT;
}

static int show_fdinfo(struct text *text, const struct tree_at *at)
{
	struct file *file = file_at(at);
	int64_t position;
	bool cloexec;

	if (!file)
		return -ENOENT;
	position = file_seek(file, 0, SEEK_CUR);
	cloexec = table_of(tree_number_before(at))->cloexec[tree_number(at)];
	text_format(text, "pos:\t%lu\nflags:\t0%o\nmnt_id:\t1\nino:\t%lu\n", max(position, 0),
		    file->flags | (cloexec ? O_CLOEXEC : 0), file->ino);
	return 0;
}

static const struct tree_node fd = {
	.mode = TREE_LINK, .show = show_fd, .open = open_fd, .stat = stat_fd};
static const struct tree_node fdinfo = {.mode = TREE_FILE, .show = show_fdinfo};

const struct tree_numbered procfs_fds = {&fd, has_fd, next_fd};
const struct tree_numbered procfs_fdinfos = {&fdinfo, has_fd, next_fd};

/* --- names and memory --- */

int procfs_comm(struct text *text, const struct tree_at *at)
{
	struct task *task = task_at(at);
	const struct process *process = process_find(tree_number(at));

	if (!task && !process)
		return -ESRCH;
	text_format(text, "%s\n", task ? task_comm(task) : process->comm);
	return 0;
}

/* As PR_SET_NAME: what is longer is cut. Nobody names another process's threads. */
int64_t procfs_set_comm(const struct tree_at *at, uaddr_t buffer, uint64_t bytes)
{
	struct task *task = task_at(at);
	char name[TASK_COMM_BYTES] = "";

	if (copy_from_user(name, buffer, min(bytes, sizeof(name) - 1)) < 0)
		return -EFAULT;
	if (!task)
		return -ESRCH;
	if (task->process != process_current())
		return -EINVAL;
	task_set_comm(task, name);
	return bytes;
}

/* Puts the program's memory [start, end), as far as it can be read. */
static void put_memory(struct text *text, uaddr_t start, uaddr_t end)
{
	char piece[256];

	/* What isn't wanted need not be copied. */
	if (text->from > text->at) {
		uint64_t skipped = min(text->from - text->at, end - start);

		text->at += skipped;
		start += skipped;
	}
	while (start < end && !text_is_full(text)) {
		uint64_t bytes = min(end - start, sizeof(piece));

		if (copy_from_user(piece, start, bytes) < 0)
			break;
		for (uint64_t i = 0; i < bytes; i++)
			text_put(text, piece[i]);
		start += bytes;
	}
}

/* The same of a task's memory; of one that waits to be reaped, nothing. */
static int show_memory(struct text *text, const struct task *task, uaddr_t start, uaddr_t end)
{
	struct space *before;

	if (!task)
		return 0;
	before = space_visit(task->thread.space);
	put_memory(text, start, end);
	space_visit(before);
	return 0;
}

static const struct stack_parts *stack_of(const struct task *task)
{
	static const struct stack_parts none;

	return task ? &task->process->program->stack : &none;
}

int procfs_cmdline(struct text *text, const struct tree_at *at)
{
	const struct task *task = task_at(at);

	return show_memory(text, task, stack_of(task)->args, stack_of(task)->env);
}

int procfs_environ(struct text *text, const struct tree_at *at)
{
	const struct task *task = task_at(at);

	return show_memory(text, task, stack_of(task)->env, stack_of(task)->env_end);
}

int procfs_auxv(struct text *text, const struct tree_at *at)
{
	const struct task *task = task_at(at);

	return show_memory(text, task, stack_of(task)->auxv, stack_of(task)->auxv_end);
}

int procfs_personality(struct text *text, const struct tree_at *at)
{
	const struct task *task = task_at(at);

	if (!task)
		return -ESRCH;
	text_format(text, "%08x\n", task->process->persona);
	return 0;
}
