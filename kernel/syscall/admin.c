/* SPDX-License-Identifier: MIT */
/* System calls that administer a machine: the program has no capability to. */
#include <asm/errno.h>
#include <linux/sched.h>

#include "../proc/clone.h"
#include "../proc/process.h"
#include "syscall.h"

#define IO_PORTS 65536

/* For calls that check for a capability before they look at their arguments. */
int64_t sys_not_permitted(void)
{
	return -EPERM;
}

/* The level is 0 and stays so. */
int64_t sys_iopl(unsigned level)
{
	if (level > 3)
		return -EINVAL;
	return level ? -EPERM : 0;
}

/* No port is open to the program, so it can turn ports off, but not on. */
int64_t sys_ioperm(uint64_t from, uint64_t count, int on)
{
	if (from + count <= from || from + count > IO_PORTS)
		return -EINVAL;
	return on ? -EPERM : 0;
}

#define UNSHARE_OF_A_THREAD (CLONE_FILES | CLONE_FS | CLONE_SYSVSEM)
#define UNSHARE_ALONE	    (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM)
#define UNSHARE_NAMESPACES                                                                         \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |             \
	 CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME)

/* A process with one thread shares its files and fs_context at most with another process. */
int64_t sys_unshare(uint64_t flags)
{
	if (flags & ~(uint64_t)(UNSHARE_OF_A_THREAD | UNSHARE_ALONE | UNSHARE_NAMESPACES))
		return -EINVAL;
	if (flags & UNSHARE_ALONE && process_current()->tasks > 1)
		return -EINVAL;
	if (flags & UNSHARE_NAMESPACES)
		return -EPERM;
	if (flags & UNSHARE_OF_A_THREAD && process_current()->tasks > 1)
		return -ENOSYS;
	return process_unshare(flags);
}
