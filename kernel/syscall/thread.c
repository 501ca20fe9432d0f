/* SPDX-License-Identifier: MIT */
/* System calls of threads. */
#include "../proc/clone.h"

#include <asm/errno.h>
#include <linux/futex.h>
#include <linux/sched.h>

#include "../mm/uaccess.h"
#include "../proc/exit.h"
#include "../proc/process.h"
#include "syscall.h"

#define CLONE_THREAD_FLAGS (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
#define CLONE_KNOWN                                                                                \
	(CLONE_THREAD_FLAGS | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |                 \
	 CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED)

/* A thread of this process. A second process would need a second address space. */
int64_t sys_clone(uint64_t flags, uaddr_t stack, uaddr_t parent_tid, uaddr_t child_tid, uaddr_t tls)
{
	const struct clone_args args = {
		.flags = flags,
		.stack = stack,
		.parent_tid = parent_tid,
		.child_tid = child_tid,
		.tls = tls,
	};

	if ((flags & CLONE_THREAD_FLAGS) != CLONE_THREAD_FLAGS)
		return -ENOSYS;
	return flags & ~(uint64_t)CLONE_KNOWN ? -EINVAL : task_clone(&args, &user_frame);
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
