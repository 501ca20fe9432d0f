/* SPDX-License-Identifier: MIT */
/* System calls of the process: who it is, what it may have. One process, one user, one CPU. */
#include <asm/errno.h>
#include <linux/resource.h>
#include <linux/sysinfo.h>
#include <linux/wait.h>

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

#define WAIT_OPTIONS (WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL)
#define WAIT_STATES  (WEXITED | WSTOPPED | WCONTINUED)

/* There are no children. */
int64_t sys_wait4(int pid, uaddr_t status, unsigned options)
{
	(void)status;
	if (options & ~WAIT_OPTIONS)
		return -EINVAL;
	return pid == INT32_MIN ? -ESRCH : -ECHILD;
}

int64_t sys_waitid(unsigned which, int id, uaddr_t info, unsigned options)
{
	(void)info;
	if (options & ~(WAIT_OPTIONS | WAIT_STATES | WNOWAIT) || !(options & WAIT_STATES))
		return -EINVAL;
	if (which > P_PIDFD || (which == P_PID && id <= 0) || (which >= P_PGID && id < 0))
		return -EINVAL;
	return which == P_PIDFD ? -EBADF : -ECHILD;
}

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
static int64_t change_limit(unsigned resource, uaddr_t user_new, uaddr_t user_old)
{
	struct rlimit64 new, old;
	int error;

	if (user_new && copy_from_user(&new, user_new, sizeof(new)) < 0)
		return -EFAULT;
	error = limit_change(resource, user_new ? &new : NULL, &old);
	if (!error && user_old)
		error = copy_to_user(user_old, &old, sizeof(old));
	return error;
}

int64_t sys_prlimit64(int pid, unsigned resource, uaddr_t new, uaddr_t old)
{
	return process_is(pid) ? change_limit(resource, new, old) : -ESRCH;
}

int64_t sys_getrlimit(unsigned resource, uaddr_t to)
{
	return to ? change_limit(resource, 0, to) : -EFAULT;
}

int64_t sys_setrlimit(unsigned resource, uaddr_t from)
{
	return from ? change_limit(resource, from, 0) : -EFAULT;
}

int64_t sys_sysinfo(uaddr_t to)
{
	struct sysinfo info;

	memset(&info, 0, sizeof(info)); /* its padding, too */
	info.uptime = clock_monotonic() / NSEC_PER_SEC;
	info.totalram = frame_count_total();
	info.freeram = frame_count_free() + cache_count_unused(); /* as good as free */
	info.procs = 1;
	info.mem_unit = FRAME_SIZE;
	return copy_to_user(to, &info, sizeof(info));
}
