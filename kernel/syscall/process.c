/* SPDX-License-Identifier: MIT */
/* System calls of the process: who it is, what it may have. One user, one CPU. */
#include <asm/errno.h>
#include <linux/resource.h>
#include <linux/sysinfo.h>

#include "../fs/fdtable.h"
#include "../host/clock.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/pagecache.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/process.h"
#include "../proc/uts.h"
#include "syscall.h"

int64_t sys_personality(unsigned persona)
{
	unsigned before = process_current()->persona;

	if (persona != UINT32_MAX) /* which asks */
		process_current()->persona = persona;
	return before;
}

/* No call of this kernel goes on by it. */
int64_t sys_restart_syscall(void)
{
	return -EINTR;
}

int64_t sys_uname(uaddr_t to)
{
	return copy_to_user(to, &uts, sizeof(uts));
}

/* Sets and tells a limit; an address of 0: not that. */
static int64_t change_limit(int pid, unsigned resource, uaddr_t user_new, uaddr_t user_old)
{
	struct process *process = process_find(pid);
	struct rlimit64 new, old;
	int error;

	if (!process)
		return -ESRCH;
	if (user_new && copy_from_user(&new, user_new, sizeof(new)) < 0)
		return -EFAULT;
	error = limit_change(process, resource, user_new ? &new : NULL, &old);
	if (!error && user_old)
		error = copy_to_user(user_old, &old, sizeof(old));
	return error;
}

int64_t sys_prlimit64(int pid, unsigned resource, uaddr_t new, uaddr_t old)
{
	return change_limit(pid, resource, new, old);
}

int64_t sys_getrlimit(unsigned resource, uaddr_t to)
{
	return to ? change_limit(0, resource, 0, to) : -EFAULT;
}

int64_t sys_setrlimit(unsigned resource, uaddr_t from)
{
	return from ? change_limit(0, resource, from, 0) : -EFAULT;
}

int64_t sys_sysinfo(uaddr_t to)
{
	struct sysinfo info;

	memset(&info, 0, sizeof(info)); /* its padding, too */
	info.uptime = clock_monotonic() / NSEC_PER_SEC;
	info.totalram = frame_count_total();
	info.freeram = frame_count_free() + cache_count_unused(); /* as good as free */
	info.procs = thread_count();
	info.mem_unit = FRAME_SIZE;
	return copy_to_user(to, &info, sizeof(info));
}
