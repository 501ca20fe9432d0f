/* SPDX-License-Identifier: MIT */
/* /proc: its tree, and the directories of processes, threads and fds. */
#include "procfs.h"

#include <asm/errno.h>
#include <linux/magic.h>

#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/hostfs.h"
#include "../fs/reopen.h"
#include "../fs/resolve.h"
#include "../host/hypercall.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "process.h"

void procfs_pad(struct text *text, uint64_t start, unsigned column)
{
	while (text->at < start + column)
		text_put(text, ' ');
}

/* --- what is numbered --- */

static bool has_task(const struct tree_at *at, uint32_t number)
{
	(void)at;
	return task_find(number) != NULL;
}

static bool next_process(const struct tree_at *at, uint32_t *number)
{
	uint32_t best = UINT32_MAX;

	(void)at;
	for (const struct process *p = process_first(); p; p = process_next(p))
		if (p->tasks && (uint32_t)p->pid >= *number)
			best = min(best, p->pid);
	*number = best;
	return best != UINT32_MAX;
}

static bool next_task(const struct tree_at *at, uint32_t *number)
{
	const struct process *process = process_current();
	uint32_t best = UINT32_MAX;

	(void)at;
	for (struct task *t = process_task(process, NULL); t; t = process_task(process, t))
		if ((uint32_t)t->thread.tid >= *number)
			best = min(best, t->thread.tid);
	*number = best;
	return best != UINT32_MAX;
}

static bool has_fd(const struct tree_at *at, uint32_t number)
{
	(void)at;
	return fd_file(number) != NULL;
}

static bool next_fd(const struct tree_at *at, uint32_t *number)
{
	(void)at;
	while (*number < FD_COUNT && !fd_file(*number))
		++*number;
	return *number < FD_COUNT;
}

/* --- links --- */

static int show_self(struct text *text, const struct tree_at *at)
{
	(void)at;
	text_format(text, "%d", process_current()->pid);
	return 0;
}

static int show_thread_self(struct text *text, const struct tree_at *at)
{
	(void)at;
	text_format(text, "%d/task/%d", process_current()->pid, current->tid);
	return 0;
}

static int show_cwd(struct text *text, const struct tree_at *at)
{
	(void)at;
	text_string(text, fs_cwd());
	return 0;
}

static struct resolved resolved;
static const struct program *resolved_for; /* whose program that is; NULL: it is another file */

const char *procfs_resolve(const char *name)
{
	static struct path path;

	resolved_for = NULL;
	if (path_make(&path, current_fs->host_cwd, "", false, name) < 0 ||
	    path_resolve(&resolved, &path, true) < 0)
		return NULL;
	return resolved.absolute;
}

const char *procfs_exe(void)
{
	struct program *program = process_current()->program;

	if (resolved_for == program && program->exe_resolved)
		return resolved.absolute;
	if (!procfs_resolve(program->exe))
		return process_path();
	resolved_for = program;
	program->exe_resolved = true;
	return resolved.absolute;
}

static int show_exe(struct text *text, const struct tree_at *at)
{
	(void)at;
	text_string(text, procfs_exe());
	return 0;
}

static int open_exe(struct file **file, const struct tree_at *at, unsigned flags)
{
	int error = hostfs.open(file, process_path(), flags);

	(void)at;
	if (error)
		return error;
	/* Its name is the program's, not that of this link. */
	error = file_set_path(*file, procfs_exe());
	if (error)
		file_put(*file);
	else
		(*file)->resolved = process_current()->program->exe_resolved;
	return error;
}

static int stat_exe(const struct tree_at *at, struct hc_stat_result *st)
{
	(void)at;
	return hostfs.stat(process_path(), true, st);
}

static int show_fd(struct text *text, const struct tree_at *at)
{
	reopen_show(text, tree_number(at));
	return 0;
}

static int open_fd(struct file **file, const struct tree_at *at, unsigned flags)
{
	return reopen_fd(file, tree_number(at), flags);
}

static int stat_fd(const struct tree_at *at, struct hc_stat_result *st)
{
	return reopen_stat(tree_number(at), st);
}

/* --- files --- */

static int show_fdinfo(struct text *text, const struct tree_at *at)
{
	uint32_t fd = tree_number(at);
	struct file *file = fd_file(fd);
	int64_t position;

	if (!file)
		return -ENOENT;
	position = file_seek(file, 0, SEEK_CUR);
	text_format(text, "pos:\t%lu\nflags:\t0%o\nmnt_id:\t1\nino:\t%lu\n", max(position, 0),
		    file->flags | (fd_cloexec(fd) ? O_CLOEXEC : 0), file->ino);
	return 0;
}

static int show_comm(struct text *text, const struct tree_at *at)
{
	struct task *task = task_find(tree_number(at));

	if (!task)
		return -ESRCH;
	text_format(text, "%s\n", task_comm(task));
	return 0;
}

/* As PR_SET_NAME: what is longer is cut. */
static int64_t write_comm(const struct tree_at *at, uaddr_t buffer, uint64_t bytes)
{
	struct task *task = task_find(tree_number(at));
	char name[TASK_COMM_BYTES] = "";

	if (!task)
		return -ESRCH;
	if (copy_from_user(name, buffer, min(bytes, sizeof(name) - 1)) < 0)
		return -EFAULT;
	task_set_comm(task, name);
	return bytes;
}

/* Puts the program's memory [start, end), as far as it can be read. */
static int show_memory(struct text *text, uaddr_t start, uaddr_t end)
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
	return 0;
}

static int show_cmdline(struct text *text, const struct tree_at *at)
{
	const struct stack_parts *stack = &process_current()->program->stack;

	(void)at;
	return show_memory(text, stack->args, stack->env);
}

static int show_environ(struct text *text, const struct tree_at *at)
{
	const struct stack_parts *stack = &process_current()->program->stack;

	(void)at;
	return show_memory(text, stack->env, stack->env_end);
}

static int show_auxv(struct text *text, const struct tree_at *at)
{
	const struct stack_parts *stack = &process_current()->program->stack;

	(void)at;
	return show_memory(text, stack->auxv, stack->auxv_end);
}

static int show_personality(struct text *text, const struct tree_at *at)
{
	(void)at;
	text_format(text, "%08x\n", process_current()->persona);
	return 0;
}

/* --- the tree --- */

static const struct tree_node fd = {
	.mode = TREE_LINK, .show = show_fd, .open = open_fd, .stat = stat_fd};
static const struct tree_node fdinfo = {.mode = TREE_FILE, .show = show_fdinfo};

#define FILE(text, function)                                                                       \
	{                                                                                          \
		.name = text, .mode = TREE_FILE, .show = function                                  \
	}
#define LINK(text, function)                                                                       \
	{                                                                                          \
		.name = text, .mode = TREE_LINK, .show = function                                  \
	}

#define NUMBERED(text, entries)                                                                    \
	{                                                                                          \
		.name = text, .mode = TREE_DIRECTORY, .numbered = entries                          \
	}
#define DATA(text, type, string)                                                                   \
	{                                                                                          \
		.name = text, .mode = type, .show = tree_show_data, .data = string                 \
	}

static const struct tree_numbered fds = {&fd, has_fd, next_fd};
static const struct tree_numbered fdinfos = {&fdinfo, has_fd, next_fd};

static const struct tree_numbered threads;

/* The directory of a process; that of a thread is the same but for the first. */
static const struct tree_node process_files[] = {
	NUMBERED("task", &threads),
	FILE("auxv", show_auxv),
	FILE("cmdline", show_cmdline),
	{.name = "comm", .mode = TREE_FILE | S_IWUSR, .show = show_comm, .write = write_comm},
	LINK("cwd", show_cwd),
	FILE("environ", show_environ),
	{.name = "exe", .mode = TREE_LINK, .show = show_exe, .open = open_exe, .stat = stat_exe},
	NUMBERED("fd", &fds),
	NUMBERED("fdinfo", &fdinfos),
	FILE("limits", procfs_limits),
	FILE("maps", procfs_maps),
	FILE("mountinfo", procfs_mountinfo),
	FILE("mounts", procfs_mounts),
	DATA("oom_score", TREE_FILE, "0\n"),
	DATA("oom_score_adj", TREE_FILE, "0\n"),
	FILE("personality", show_personality),
	DATA("root", TREE_LINK, "/"),
	FILE("stat", procfs_stat),
	FILE("statm", procfs_statm),
	FILE("status", procfs_status),
	{0},
};
static const struct tree_node process = {.mode = TREE_DIRECTORY, .children = process_files};
static const struct tree_node thread = {.mode = TREE_DIRECTORY, .children = process_files + 1};
static const struct tree_numbered processes = {&process, has_task, next_process};
static const struct tree_numbered threads = {&thread, has_task, next_task};

static const struct tree_node top[] = {
	FILE("cpuinfo", procfs_cpuinfo),
	FILE("filesystems", procfs_filesystems),
	FILE("loadavg", procfs_loadavg),
	FILE("meminfo", procfs_meminfo),
	DATA("mounts", TREE_LINK, "self/mounts"),
	LINK("self", show_self),
	FILE("stat", procfs_system_stat),
	LINK("thread-self", show_thread_self),
	{.name = "sys", .mode = TREE_DIRECTORY, .children = procfs_sys},
	FILE("uptime", procfs_uptime),
	FILE("version", procfs_version),
	{0},
};

static const struct tree_node root = {
	.mode = TREE_DIRECTORY,
	.children = top,
	.numbered = &processes,
};
static const struct tree tree = {DEV_PROCFS, &root};

static int procfs_open(struct file **file, const char *name, unsigned flags)
{
	return tree_open(&tree, file, name, flags);
}

static int procfs_stat_name(const char *name, bool follow, struct hc_stat_result *st)
{
	return tree_stat(&tree, name, follow, st);
}

static int procfs_readlink(const char *name, char *to)
{
	return tree_readlink(&tree, name, to);
}

static bool procfs_path(const char *name)
{
	return tree_path(&tree, name);
}

const struct fs_type procfs = {
	.name = "proc",
	.dev = DEV_PROCFS,
	.magic = PROC_SUPER_MAGIC,
	.create_error = -ENOENT,
	.open = procfs_open,
	.stat = procfs_stat_name,
	.readlink = procfs_readlink,
	.path = procfs_path,
};
