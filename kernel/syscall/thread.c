/* SPDX-License-Identifier: MIT */
/* System calls of threads. */
#include "../proc/thread.h"

#include <asm/errno.h>
#include <linux/futex.h>
#include <linux/sched.h>

#include "../mm/uaccess.h"
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
	return flags & ~(uint64_t)CLONE_KNOWN ? -EINVAL : thread_clone(&args, &user_frame);
}

int64_t sys_set_tid_address(uaddr_t tid)
{
	current->clear_tid = tid;
	return current->tid;
}

/* Kept, and nothing done with it: who waits for a thread that has ended waits for ever. */
int64_t sys_set_robust_list(uaddr_t head, size_t bytes)
{
	if (bytes != sizeof(struct robust_list_head))
		return -EINVAL;
	current->robust_list = head;
	return 0;
}

int64_t sys_get_robust_list(int tid, uaddr_t head, uaddr_t bytes)
{
	const size_t size = sizeof(struct robust_list_head);
	const struct thread *thread = tid ? thread_find(tid) : current;

	if (!thread)
		return -ESRCH;
	if (copy_to_user(bytes, &size, sizeof(size)) < 0)
		return -EFAULT;
	return copy_to_user(head, &thread->robust_list, sizeof(thread->robust_list));
}

int64_t sys_gettid(void)
{
	return current->tid;
}

int64_t sys_exit(int status)
{
	thread_exit(status);
}

int64_t sys_exit_group(int status)
{
	process_exit(status);
}

/* What futex(2) may be told beside its futex, value and other futex. */
struct futex_options {
	bool absolute; /* the timeout is a point in time */
	bool realtime; /* of that clock, else of the monotonic one */
	uint32_t mask; /* which wakes are for it */
};

static int64_t futex_wait(uaddr_t futex, uint32_t expected, uaddr_t timeout,
			  const struct futex_options *options)
{
	uint64_t deadline = CLOCK_FOREVER;
	uint64_t now, nsec;
	uint32_t value;
	int error;

	if (options->mask == 0)
		return -EINVAL;
	if (timeout) {
		error = timespec_from_user(timeout, &nsec);
		if (error)
			return error;
		now = options->realtime ? clock_realtime() : clock_monotonic();
		if (options->absolute)
			nsec = nsec > now ? nsec - now : 0;
		deadline = deadline_after(nsec);
	}
	if (copy_from_user(&value, futex, sizeof(value)) < 0)
		return -EFAULT;
	if (value != expected)
		return -EAGAIN;
	current->futex = futex;
	current->futex_mask = options->mask;
	/* Without a timeout, a handler with SA_RESTART lets it wait again. */
	if (deadline == CLOCK_FOREVER)
		return thread_wait_again(THREAD_WAITS_FUTEX, deadline, true);
	thread_wait(THREAD_WAITS_FUTEX, deadline);
	return -ETIMEDOUT;
}

/* Wakes some, lets others wait for the futex `other`; if the futex holds *expected, or that is
 * NULL. */
static int64_t futex_requeue(uaddr_t futex, int wake, int move, uaddr_t other,
			     const uint32_t *expected)
{
	unsigned woken;
	uint32_t value;

	if (wake < 0 || move < 0 || other % sizeof(value))
		return -EINVAL;
	if (copy_from_user(&value, futex, sizeof(value)) < 0)
		return -EFAULT;
	if (expected && value != *expected)
		return -EAGAIN;
	woken = thread_futex_wake(futex, wake, FUTEX_BITSET_MATCH_ANY, 0);
	return woken + thread_futex_wake(futex, move, FUTEX_BITSET_MATCH_ANY, other);
}

/* `fourth` is the address of a timeout, or how many are to be requeued. */
int64_t sys_futex(uaddr_t futex, unsigned operation, uint32_t value, uint64_t fourth, uaddr_t other,
		  uint32_t sixth)
{
	struct futex_options options = {
		.realtime = operation & FUTEX_CLOCK_REALTIME,
		.mask = FUTEX_BITSET_MATCH_ANY,
	};

	if (futex % sizeof(uint32_t))
		return -EINVAL;
	if (!user_range(futex, sizeof(uint32_t)))
		return -EFAULT;
	switch (operation & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		return futex_wait(futex, value, fourth, &options);
	case FUTEX_WAIT_BITSET:
		options.absolute = true;
		options.mask = sixth;
		return futex_wait(futex, value, fourth, &options);
	case FUTEX_WAKE:
		return thread_futex_wake(futex, value, FUTEX_BITSET_MATCH_ANY, 0);
	case FUTEX_WAKE_BITSET:
		return sixth ? (int64_t)thread_futex_wake(futex, value, sixth, 0) : -EINVAL;
	case FUTEX_REQUEUE:
		return futex_requeue(futex, value, fourth, other, NULL);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(futex, value, fourth, other, &sixth);
	default:
		return -ENOSYS;
	}
}
