/* SPDX-License-Identifier: MIT */
/*
 * System calls on users, groups, sessions and capabilities. The program is root without
 * capabilities, as in a container that was given none. It can't become another user.
 */
#include <asm/errno.h>
#include <linux/capability.h>

#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "syscall.h"

#define ROOT  0
#define NO_ID UINT32_MAX /* (uid_t)-1: leave the id as it is */

int64_t sys_getpid(void)
{
	return process_current()->pid;
}

int64_t sys_getppid(void)
{
	return process_current()->parent_pid;
}

int64_t sys_getpgrp(void)
{
	return process_current()->group;
}

int64_t sys_getpgid(int pid)
{
	const struct process *process = process_find(pid);

	return process ? process->group : -ESRCH;
}

int64_t sys_getsid(int pid)
{
	const struct process *process = process_find(pid);

	return process ? process->session : -ESRCH;
}

/* May the current process move `process` to another group at all? 0 or an errno: setpgid(2). */
static int check_regroup(const struct process *process)
{
	const struct process *own = process_current();

	if (!process || (process != own && process->parent != own))
		return -ESRCH;
	if (process != own && process->session != own->session)
		return -EPERM;
	if (process != own && process->has_execed)
		return -EACCES;
	return process->session == process->pid ? -EPERM : 0;
}

int64_t sys_setpgid(int pid, int group)
{
	struct process *process = process_find(pid);
	int error = group < 0 ? -EINVAL : check_regroup(process);

	if (error)
		return error;
	if (group == 0)
		group = process->pid;
	if (group != process->pid && !process_group_exists(group, process_current()->session))
		return -EPERM;
	process->group = group;
	return 0;
}

/* A leader of a group can't begin a session. */
int64_t sys_setsid(void)
{
	struct process *process = process_current();

	if (process_group_exists(process->pid, 0))
		return -EPERM;
	process->group = process->session = process->pid;
	return process->pid;
}

/* getuid, geteuid, getgid and getegid. */
int64_t sys_getuid(void)
{
	return ROOT;
}

/* getresuid and getresgid. */
int64_t sys_getresuid(uaddr_t real, uaddr_t effective, uaddr_t saved)
{
	const unsigned id = ROOT;
	int error = copy_to_user(real, &id, sizeof(id));

	if (!error)
		error = copy_to_user(effective, &id, sizeof(id));
	return error ? error : copy_to_user(saved, &id, sizeof(id));
}

/* setuid and setgid. */
int64_t sys_setuid(unsigned id)
{
	if (id == ROOT)
		return 0;
	return id == NO_ID ? -EINVAL : -EPERM;
}

static bool may_become(unsigned id)
{
	return id == ROOT || id == NO_ID;
}

/* setreuid and setregid. */
int64_t sys_setreuid(unsigned real, unsigned effective)
{
	return may_become(real) && may_become(effective) ? 0 : -EPERM;
}

/* setresuid and setresgid. */
int64_t sys_setresuid(unsigned real, unsigned effective, unsigned saved)
{
	return may_become(real) && may_become(effective) && may_become(saved) ? 0 : -EPERM;
}

/* setfsuid and setfsgid, which return the id before, and never an errno. */
int64_t sys_setfsuid(unsigned id)
{
	(void)id;
	return ROOT;
}

int64_t sys_getgroups(int count)
{
	return count < 0 ? -EINVAL : 0;
}

/*
 * Checks the header of capget(2) and capset(2). Returns how many 32-bit words each set has, or
 * a negative errno. If the version isn't known, writes the newest one to the header.
 */
static int capability_words(uaddr_t user, struct __user_cap_header_struct *header)
{
	const uint32_t preferred = _LINUX_CAPABILITY_VERSION_3;

	if (copy_from_user(header, user, sizeof(*header)) < 0)
		return -EFAULT;
	if (header->version == _LINUX_CAPABILITY_VERSION_1)
		return _LINUX_CAPABILITY_U32S_1;
	if (header->version == _LINUX_CAPABILITY_VERSION_2 ||
	    header->version == _LINUX_CAPABILITY_VERSION_3)
		return _LINUX_CAPABILITY_U32S_3;
	return copy_to_user(user, &preferred, sizeof(preferred)) < 0 ? -EFAULT : -EINVAL;
}

int64_t sys_capget(uaddr_t user_header, uaddr_t to)
{
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
	struct __user_cap_header_struct header;
	int words = capability_words(user_header, &header);

	/* Without a place for the sets, the call only asks for the version. */
	if (words < 0)
		return words == -EINVAL && !to ? 0 : words;
	if (header.pid < 0)
		return -EINVAL;
	if (header.pid && !thread_find(header.pid))
		return -ESRCH;
	return to ? copy_to_user(to, none, words * sizeof(none[0])) : 0;
}

/* A process may only drop capabilities, and has none. */
int64_t sys_capset(uaddr_t user_header, uaddr_t from)
{
	struct __user_cap_data_struct wanted[_LINUX_CAPABILITY_U32S_3] = {0};
	struct __user_cap_header_struct header;
	int words = capability_words(user_header, &header);

	if (words < 0)
		return words;
	if (header.pid && header.pid != current->tid)
		return -EPERM;
	if (copy_from_user(wanted, from, words * sizeof(wanted[0])) < 0)
		return -EFAULT;
	for (int i = 0; i < words; i++)
		if (wanted[i].effective || wanted[i].permitted || wanted[i].inheritable)
			return -EPERM;
	return 0;
}
