/* SPDX-License-Identifier: MIT */
/* System calls of the process: who it is, what it may have. One process, one user, one CPU. */
#include <asm/errno.h>
#include <asm/prctl.h>
#include <asm/unistd_64.h>
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
#define NAME_BYTES 16 /* PR_SET_NAME, prctl(2) */
#define GRND_KNOWN 7  /* GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE */

/* A base beyond the program's half would make wrmsr fault, or point into the kernel. */
int64_t sys_arch_prctl(struct trap_frame *frame)
{
	uint64_t address = frame->rsi;
	uint64_t base;

	switch ((uint32_t)frame->rdi) {
	case ARCH_SET_FS:
	case ARCH_SET_GS:
		if (address >= USER_TOP)
			return -EPERM;
		wrmsr((uint32_t)frame->rdi == ARCH_SET_FS ? MSR_FS_BASE : MSR_GS_BASE, address);
		return 0;
	case ARCH_GET_FS:
	case ARCH_GET_GS:
		base = rdmsr((uint32_t)frame->rdi == ARCH_GET_FS ? MSR_FS_BASE : MSR_GS_BASE);
		return copy_to_user(address, &base, sizeof(base));
	default:
		return -EINVAL;
	}
}

int64_t sys_getpid(struct trap_frame *frame)
{
	(void)frame;
	return THREAD_PID;
}

/* Calls that have one answer: the process leads its group and session, has no child, no limits. */
int64_t sys_constant(struct trap_frame *frame)
{
	switch (frame->rax) {
	case __NR_getppid:
		return PARENT_PID;
	case __NR_socket:
	case __NR_socketpair:
		return -EAFNOSUPPORT;
	case __NR_setsid:
		return -EPERM;
	case __NR_wait4:
	case __NR_waitid:
		return -ECHILD;
	default:
		return 0;
	}
}

static bool is_us(uint64_t pid)
{
	return (int)pid == 0 || (int)pid == THREAD_PID;
}

/* getpgid, getsid and setpgid: the process leads its group and its session already. */
int64_t sys_pgid(struct trap_frame *frame)
{
	if (!is_us(frame->rdi))
		return -ESRCH;
	return frame->rax == __NR_setpgid ? -EPERM : THREAD_PID;
}

/* There is no other user to become. */
int64_t sys_setid(struct trap_frame *frame)
{
	return (uint32_t)frame->rdi == 0 ? 0 : (int)frame->rdi == -1 ? -EINVAL : -EPERM;
}

int64_t sys_uname(struct trap_frame *frame)
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

	return copy_to_user(frame->rdi, &name, sizeof(name));
}

int64_t sys_prctl(struct trap_frame *frame)
{
	static char name[NAME_BYTES];
	int64_t length = 0;

	switch ((uint32_t)frame->rdi) {
	case PR_SET_NAME:
		length = string_from_user(name, frame->rsi, sizeof(name));
		name[sizeof(name) - 1] = '\0';
		return length == -EFAULT ? length : 0;
	case PR_GET_NAME:
		return copy_to_user(frame->rsi, name, sizeof(name));
	default:
		return -EINVAL;
	}
}

/* Sets and tells a limit; an address of 0: not that. */
static int64_t change_limit(unsigned resource, uint64_t user_new, uint64_t user_old)
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

/* getrlimit, setrlimit and prlimit64. */
int64_t sys_limit(struct trap_frame *frame)
{
	if (frame->rax == __NR_prlimit64)
		return is_us(frame->rdi) ? change_limit(frame->rsi, frame->rdx, frame->r10)
					 : -ESRCH;
	if (!frame->rsi)
		return -EFAULT;
	return frame->rax == __NR_setrlimit ? change_limit(frame->rdi, frame->rsi, 0)
					    : change_limit(frame->rdi, 0, frame->rsi);
}

int64_t sys_sysinfo(struct trap_frame *frame)
{
	struct sysinfo info;

	memset(&info, 0, sizeof(info)); /* its padding, too */
	info.uptime = clock_monotonic() / NSEC_PER_SEC;
	info.totalram = frame_count_total();
	info.freeram = frame_count_free();
	info.procs = 1;
	info.mem_unit = FRAME_SIZE;
	return copy_to_user(frame->rdi, &info, sizeof(info));
}

/* From the host's own source, straight into the program's memory. */
int64_t sys_getrandom(struct trap_frame *frame)
{
	static struct file *source;
	static struct path path;
	uint64_t bytes = min(frame->rsi, TRANSFER_MAX);
	int error = 0;

	if (frame->rdx & ~(uint64_t)GRND_KNOWN)
		return -EINVAL;
	if (!source) {
		path_make(&path, NULL, "/dev/urandom");
		error = file_open(&source, &path, 0, 0);
	}
	return error ? error : file_read(source, frame->rdi, bytes);
}

int64_t sys_sched_getaffinity(struct trap_frame *frame)
{
	const uint64_t cpus = 1;

	if (frame->rsi < sizeof(cpus) || frame->rsi % sizeof(cpus))
		return -EINVAL;
	if (copy_to_user(frame->rdx, &cpus, sizeof(cpus)) < 0)
		return -EFAULT;
	return sizeof(cpus);
}
