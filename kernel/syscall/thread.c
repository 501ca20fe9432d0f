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
int64_t sys_clone(struct trap_frame *frame)
{
	if ((frame->rdi & CLONE_THREAD_FLAGS) != CLONE_THREAD_FLAGS)
		return -ENOSYS;
	return frame->rdi & ~(uint64_t)CLONE_KNOWN ? -EINVAL : thread_clone(frame);
}

int64_t sys_set_tid_address(struct trap_frame *frame)
{
	current->clear_tid = frame->rdi;
	return current->tid;
}

/* Nothing is done with it: who waits for a thread that has ended waits for ever. */
int64_t sys_set_robust_list(struct trap_frame *frame)
{
	return frame->rsi == sizeof(struct robust_list_head) ? 0 : -EINVAL;
}

int64_t sys_gettid(struct trap_frame *frame)
{
	(void)frame;
	return current->tid;
}

int64_t sys_sched_yield(struct trap_frame *frame)
{
	(void)frame;
	if (thread_has_others())
		thread_yield();
	return 0;
}

int64_t sys_exit(struct trap_frame *frame)
{
	thread_exit(frame->rdi);
}

int64_t sys_exit_group(struct trap_frame *frame)
{
	process_exit(frame->rdi);
}

/* FUTEX_WAIT and FUTEX_WAIT_BITSET; the timeout of the latter is a point in time. */
static int64_t futex_wait(struct trap_frame *frame, uint32_t mask, bool absolute)
{
	uint64_t deadline = CLOCK_FOREVER;
	uint64_t now, nsec;
	uint32_t value;
	int error;

	if (mask == 0)
		return -EINVAL;
	if (frame->r10) {
		error = timespec_from_user(frame->r10, &nsec);
		if (error)
			return error;
		now = frame->rsi & FUTEX_CLOCK_REALTIME ? clock_realtime() : clock_monotonic();
		if (absolute && nsec != CLOCK_FOREVER)
			nsec = nsec > now ? nsec - now : 0;
		deadline = deadline_after(nsec);
	}
	if (copy_from_user(&value, frame->rdi, sizeof(value)) < 0)
		return -EFAULT;
	if (value != (uint32_t)frame->rdx)
		return -EAGAIN;
	current->futex = frame->rdi;
	current->futex_mask = mask;
	/* Without a timeout, a handler with SA_RESTART lets it wait again. */
	if (deadline == CLOCK_FOREVER)
		return thread_wait_again(frame, THREAD_WAITS_FUTEX, deadline);
	thread_wait(THREAD_WAITS_FUTEX, deadline);
	return -ETIMEDOUT;
}

/* FUTEX_REQUEUE and FUTEX_CMP_REQUEUE: wakes some, lets others wait for another futex. */
static int64_t futex_requeue(const struct trap_frame *frame, bool compare)
{
	unsigned wake = frame->rdx;
	unsigned move = frame->r10;
	unsigned woken;
	uint32_t value;

	if ((int)wake < 0 || (int)move < 0 || frame->r8 % sizeof(value))
		return -EINVAL;
	if (copy_from_user(&value, frame->rdi, sizeof(value)) < 0)
		return -EFAULT;
	if (compare && value != (uint32_t)frame->r9)
		return -EAGAIN;
	woken = thread_futex_wake(frame->rdi, wake, FUTEX_BITSET_MATCH_ANY, 0);
	return woken + thread_futex_wake(frame->rdi, move, FUTEX_BITSET_MATCH_ANY, frame->r8);
}

int64_t sys_futex(struct trap_frame *frame)
{
	if (frame->rdi % sizeof(uint32_t))
		return -EINVAL;
	if (!user_range(frame->rdi, sizeof(uint32_t)))
		return -EFAULT;
	switch ((uint32_t)frame->rsi & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		return futex_wait(frame, FUTEX_BITSET_MATCH_ANY, false);
	case FUTEX_WAIT_BITSET:
		return futex_wait(frame, frame->r9, true);
	case FUTEX_WAKE:
		return thread_futex_wake(frame->rdi, frame->rdx, FUTEX_BITSET_MATCH_ANY, 0);
	case FUTEX_WAKE_BITSET:
		if ((uint32_t)frame->r9 == 0)
			return -EINVAL;
		return thread_futex_wake(frame->rdi, frame->rdx, frame->r9, 0);
	case FUTEX_REQUEUE:
		return futex_requeue(frame, false);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(frame, true);
	default:
		return -ENOSYS;
	}
}
