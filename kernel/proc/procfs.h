/* SPDX-License-Identifier: MIT */
/*
 * /proc: what a program may know of itself and of this kernel. The host's isn't
 * passed through: it tells of the hypervisor, not of the program. The formats are those of
 * proc(5).
 */
#ifndef PROCFS_H
#define PROCFS_H

#include "../fs/tree.h"
#include "process.h"

struct space;
struct vma;

extern const struct fs_type procfs;

/* What is in /proc/sys: procfs_sys.c. */
extern const struct tree_node procfs_sys[];

/*
 * Files of a task, whose number is the last one of the name. They are -ESRCH once it has ended;
 * a process that waits to be reaped has the first two.
 */
int procfs_status(struct text *text, const struct tree_at *at); /* procfs_task.c */
int procfs_stat(struct text *text, const struct tree_at *at);
int procfs_statm(struct text *text, const struct tree_at *at);
int procfs_limits(struct text *text, const struct tree_at *at);
int procfs_maps(struct text *text, const struct tree_at *at); /* procfs_maps.c */

/* Files of the system. */
int procfs_meminfo(struct text *text, const struct tree_at *at); /* procfs_system.c */
int procfs_system_stat(struct text *text, const struct tree_at *at);
int procfs_loadavg(struct text *text, const struct tree_at *at);
int procfs_uptime(struct text *text, const struct tree_at *at);
int procfs_version(struct text *text, const struct tree_at *at);
int procfs_filesystems(struct text *text, const struct tree_at *at); /* procfs_mounts.c */
int procfs_mounts(struct text *text, const struct tree_at *at);
int procfs_mountinfo(struct text *text, const struct tree_at *at);
int procfs_cpuinfo(struct text *text, const struct tree_at *at); /* procfs_cpu.c */

/* What /proc/PID/maps says of an area's file. */
struct area_file {
	const char *name; /* of other areas, too; NULL: it has none */
	uint64_t device, inode, offset;
};
struct area_file procfs_area_file(const struct task *task, const struct vma *v);

/* The name of a program's file, as /proc/PID/exe shows it: without links, if that can be told. */
const char *procfs_exe(struct program *program);

/* Links, and memory and fds of a task: procfs_process.c. */
int procfs_cwd(struct text *text, const struct tree_at *at);
int procfs_exe_link(struct text *text, const struct tree_at *at);
int procfs_exe_open(struct file **file, const struct tree_at *at, unsigned flags);
int procfs_exe_stat(const struct tree_at *at, struct hc_stat_result *st);
int procfs_comm(struct text *text, const struct tree_at *at);
int64_t procfs_set_comm(const struct tree_at *at, uaddr_t buffer, uint64_t bytes);
int procfs_cmdline(struct text *text, const struct tree_at *at);
int procfs_environ(struct text *text, const struct tree_at *at);
int procfs_auxv(struct text *text, const struct tree_at *at);
int procfs_personality(struct text *text, const struct tree_at *at);

/* The directories of a task's fds. */
extern const struct tree_numbered procfs_fds, procfs_fdinfos;

/* Follows the links of a name as the host finds it. Valid until the next call of either; NULL:
 * can't. */
const char *procfs_resolve(const char *name);

#endif
