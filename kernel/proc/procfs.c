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

/* --- what is numbered --- */

/* Of a thread, too, though it isn't listed; and one that waits to be reaped. */
static bool has_process(const struct tree_at *at, uint32_t number)
{
	(void)at;
	return task_find(number) || (number && process_find(number));
}

static bool next_process(const struct tree_at *at, uint32_t *number)
{
	uint32_t best = UINT32_MAX;

	(void)at;
	for (const struct process *p = process_first(); p; p = process_next(p))
		if ((uint32_t)p->pid >= *number)
			best = min(best, p->pid);
	*number = best;
	return best != UINT32_MAX;
}

static bool has_thread(const struct tree_at *at, uint32_t number)
{
	const struct task *of = task_find(tree_number(at));
	const struct task *task = task_find(number);

	return of && task && of->process == task->process;
}

static bool next_thread(const struct tree_at *at, uint32_t *number)
{
	const struct task *of = task_find(tree_number(at));
	uint32_t best = UINT32_MAX;

	for (struct task *t = of ? process_task(of->process, NULL) : NULL; t;
	     t = process_task(of->process, t))
		if ((uint32_t)t->thread.tid >= *number)
			best = min(best, t->thread.tid);
	*number = best;
	return best != UINT32_MAX;
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

/* --- the tree --- */

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

static const struct tree_numbered threads;

/* The directory of a process; that of a thread is the same but for the first. */
static const struct tree_node process_files[] = {
	NUMBERED("task", &threads),
	FILE("auxv", procfs_auxv),
	FILE("cmdline", procfs_cmdline),
	{.name = "comm",
	 .mode = TREE_FILE | S_IWUSR,
	 .show = procfs_comm,
	 .write = procfs_set_comm},
	LINK("cwd", procfs_cwd),
	FILE("environ", procfs_environ),
	{.name = "exe",
	 .mode = TREE_LINK,
	 .show = procfs_exe_link,
	 .open = procfs_exe_open,
	 .stat = procfs_exe_stat},
	NUMBERED("fd", &procfs_fds),
	NUMBERED("fdinfo", &procfs_fdinfos),
	FILE("limits", procfs_limits),
	FILE("maps", procfs_maps),
	FILE("mountinfo", procfs_mountinfo),
	FILE("mounts", procfs_mounts),
	DATA("oom_score", TREE_FILE, "0\n"),
	DATA("oom_score_adj", TREE_FILE, "0\n"),
	FILE("personality", procfs_personality),
	DATA("root", TREE_LINK, "/"),
	FILE("stat", procfs_stat),
	FILE("statm", procfs_statm),
	FILE("status", procfs_status),
	{0},
};
static const struct tree_node process = {.mode = TREE_DIRECTORY, .children = process_files};
static const struct tree_node thread = {.mode = TREE_DIRECTORY, .children = process_files + 1};
static const struct tree_numbered processes = {&process, has_process, next_process};
static const struct tree_numbered threads = {&thread, has_thread, next_thread};

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
