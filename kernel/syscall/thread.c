/* SPDX-License-Identifier: MIT */
/* System calls that make tasks and processes, and of threads. */
#include "../proc/clone.h"

#include <asm/errno.h>
#include <linux/futex.h>
#include <linux/sched.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "../proc/exit.h"
#include "../proc/process.h"
#include "syscall.h"

int64_t sys_clone(uint64_t flags, uaddr_t stack, uaddr_t parent_tid, uaddr_t child_tid, uaddr_t tls)
{
	const struct clone_args args = {
		.flags = (uint32_t)flags & ~CSIGNAL,
		.exit_signal = flags & CLONE_THREAD ? 0 : flags & CSIGNAL,
		.stack = stack,
		.parent_tid = parent_tid,
		.child_tid = child_tid,
		.tls = tls,
	};

	return task_clone(&args, &user_frame);
}

int64_t sys_fork(void)
{
	const struct clone_args args = {.exit_signal = SIGCHLD};

	return task_clone(&args, &user_frame);
}

int64_t sys_vfork(void)
{
	const struct clone_args args = {
		.flags = CLONE_VM | CLONE_VFORK,
		.exit_signal = SIGCHLD,
	};

	return task_clone(&args, &user_frame);
}

/* Copies a struct that may be shorter or longer than the one known here. 0 or an errno. */
static int take_args(struct clone_args *args, uaddr_t from, size_t bytes)
{
	uint8_t rest;

	if (bytes < CLONE_ARGS_SIZE_VER0)
		return -EINVAL;
	if (bytes > PAGE_SIZE)
		return -E2BIG;
	memset(args, 0, sizeof(*args));
	if (copy_from_user(args, from, min(bytes, sizeof(*args))) < 0)
		return -EFAULT;
	for (size_t i = sizeof(*args); i < bytes; i++) {
		if (copy_from_user(&rest, from + i, 1) < 0)
			return -EFAULT;
		if (rest)
			return -E2BIG;
	}
	return 0;
}

int64_t sys_clone3(uaddr_t from, size_t bytes)
{
	struct clone_args args;
	int error = take_args(&args, from, bytes);

	if (error)
		return error;
	/* The caller can't choose the new number, and there are no control groups. */
	if (args.set_tid || args.set_tid_size || args.flags & (CLONE_DETACHED | CSIGNAL))
		return -EINVAL;
	if (args.exit_signal > SIGNAL_COUNT ||
	    (args.flags & (CLONE_THREAD | CLONE_PARENT) && args.exit_signal))
		return -EINVAL;
	if (!args.stack != !args.stack_size || !user_range(args.stack, args.stack_size))
		return -EINVAL;
	if (args.stack)
		args.stack += args.stack_size;
	return task_clone(&args, &user_frame);
}

int64_t sys_set_tid_address(uaddr_t tid)
{
	task_current()->clear_tid = tid;
	return current->tid;
}

/* The list is walked when the thread ends. */
int64_t sys_set_robust_list(uaddr_t head, size_t bytes)
{
	if (bytes != sizeof(struct robust_list_head))
		return -EINVAL;
	task_current()->robust_list = head;
	return 0;
}

int64_t sys_get_robust_list(int tid, uaddr_t head, uaddr_t bytes)
{
	const size_t size = sizeof(struct robust_list_head);
	const struct task *task = tid ? task_find(tid) : task_current();

	if (!task)
		return -ESRCH;
	if (copy_to_user(bytes, &size, sizeof(size)) < 0)
		return -EFAULT;
	return copy_to_user(head, &task->robust_list, sizeof(task->robust_list));
}

int64_t sys_gettid(void)
{
	return current->tid;
}

int64_t sys_exit(int status)
{
	task_exit(status);
}

int64_t sys_exit_group(int status)
{
	process_exit(status);
}
