/* SPDX-License-Identifier: MIT */
/* System calls of the process: who it is, what it may have. One process, one user, one CPU. */
#include <asm/errno.h>
#include <asm/prctl.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sysinfo.h>
#include <linux/utsname.h>

#include "../fs/fdtable.h"
#include "../fs/open.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/thread.h"
#include "../x86.h"
#include "syscall.h"

#define PARENT_PID 1
#define ANY_ID	   UINT32_MAX /* (uid_t)-1, which is no user */
#define NAME_BYTES 16	      /* PR_SET_NAME, prctl(2) */
#define GRND_KNOWN 7	      /* GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE */

/* A base beyond the program's half would make wrmsr fault, or point into the kernel. */
int64_t sys_arch_prctl(unsigned option, uaddr_t address)
{
	uint64_t base;

	switch (option) {
	case ARCH_SET_FS:
	case ARCH_SET_GS:
		if (address >= USER_TOP)
			return -EPERM;
		wrmsr(option == ARCH_SET_FS ? MSR_FS_BASE : MSR_GS_BASE, address);
		return 0;
	case ARCH_GET_FS:
	case ARCH_GET_GS:
		base = rdmsr(option == ARCH_GET_FS ? MSR_FS_BASE : MSR_GS_BASE);
		return copy_to_user(address, &base, sizeof(base));
	default:
		return -EINVAL;
	}
}

int64_t sys_getpid(void)
{
	return THREAD_PID;
}

int64_t sys_getppid(void)
{
	return PARENT_PID;
}

/* getuid and its three brothers: there is one user, root. */
int64_t sys_getuid(void)
{
	return 0;
}

static bool is_us(int pid)
{
	return pid == 0 || pid == THREAD_PID;
}

/* getpgid and getsid: the process leads its group and its session. */
int64_t sys_getpgid(int pid)
{
	return is_us(pid) ? THREAD_PID : -ESRCH;
}

/* A leader of a session stays in its group. */
int64_t sys_setpgid(int pid, int group)
{
	if (group < 0)
		return -EINVAL;
	return is_us(pid) ? -EPERM : -ESRCH;
}

int64_t sys_setsid(void)
{
	return -EPERM;
}

int64_t sys_getgroups(int count)
{
	return count < 0 ? -EINVAL : 0;
}

/* setuid and setgid: there is no other user to become. */
int64_t sys_setuid(unsigned id)
{
	if (id == 0)
		return 0;
	return id == ANY_ID ? -EINVAL : -EPERM;
}

/* There are no children. */
int64_t sys_wait4(int pid, uaddr_t status, unsigned options, uaddr_t usage)
{
	(void)pid, (void)status, (void)options, (void)usage;
	return -ECHILD;
}

int64_t sys_waitid(unsigned which, int id, uaddr_t info, unsigned options, uaddr_t usage)
{
	(void)which, (void)id, (void)info, (void)options, (void)usage;
	return -ECHILD;
}

int64_t sys_personality(unsigned persona)
{
	(void)persona;
	return 0;
}

int64_t sys_uname(uaddr_t to)
{
	/* The release is the Linux whose system calls these are: C libraries refuse to start on
	 * one that is too old. */
	static const struct new_utsname name = {
		.sysname = "Linux",
		.nodename = "guest",
		.release = "5.10.0-kernel.bin",
		.version = "a small kernel in a KVM virtual machine, not Linux itself",
		.machine = "x86_64",
		.domainname = "(none)",
	};

	return copy_to_user(to, &name, sizeof(name));
}

int64_t sys_prctl(int option, uint64_t argument)
{
	static char name[NAME_BYTES];
	int64_t length = 0;

	switch (option) {
	case PR_SET_NAME:
		length = string_from_user(name, argument, sizeof(name));
		name[sizeof(name) - 1] = '\0';
		return length == -EFAULT ? length : 0;
	case PR_GET_NAME:
		return copy_to_user(argument, name, sizeof(name));
	default:
		return -EINVAL;
	}
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
	return is_us(pid) ? change_limit(resource, new, old) : -ESRCH;
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
	info.freeram = frame_count_free();
	info.procs = 1;
	info.mem_unit = FRAME_SIZE;
	return copy_to_user(to, &info, sizeof(info));
}

/* From the host's own source, straight into the program's memory. */
int64_t sys_getrandom(uaddr_t buffer, size_t bytes, unsigned flags)
{
	static struct file *source;
	static struct path path;
	int error = 0;

	bytes = min(bytes, TRANSFER_MAX);
	if (flags & ~(unsigned)GRND_KNOWN)
		return -EINVAL;
	if (!source) {
		path_make(&path, NULL, "/dev/urandom");
		error = file_open(&source, &path, 0, 0);
	}
	return error ? error : file_read(source, buffer, bytes);
}

int64_t sys_sched_getaffinity(int pid, unsigned bytes, uaddr_t to)
{
	const uint64_t cpus = 1;

	(void)pid;
	if (bytes < sizeof(cpus) || bytes % sizeof(cpus))
		return -EINVAL;
	if (copy_to_user(to, &cpus, sizeof(cpus)) < 0)
		return -EFAULT;
	return sizeof(cpus);
}
