/* SPDX-License-Identifier: MIT */
/* System calls that wait for one of several files. */
#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/unistd_64.h>
#include <linux/time_types.h>

#include "../fs/fdtable.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../proc/thread.h"
#include "syscall.h"

#define NSEC_PER_MSEC UINT64_C(1000000)

/* A call that found `ready` files: returns, or waits `timeout` from its first time on. */
static int64_t finish(struct trap_frame *frame, int64_t ready, uint64_t timeout)
{
	if (!current->again)
		current->deadline = deadline_after(timeout);
	current->again = false;
	if (ready || current->deadline <= clock_monotonic())
		return ready;
	return thread_wait_again(frame, THREAD_WAITS_EVENT, current->deadline);
}

static int64_t poll(struct trap_frame *frame, uint64_t timeout)
{
	struct pollfd fds[FD_COUNT];
	uint32_t count = frame->rsi;
	int64_t ready = 0;

	if (count > FD_COUNT)
		return -EINVAL;
	if (copy_from_user(fds, frame->rdi, count * sizeof(fds[0])) < 0)
		return -EFAULT;
	for (uint32_t i = 0; i < count; i++) {
		const struct file *file = fd_file(fds[i].fd);

		fds[i].revents = file ? file_poll(file) & (fds[i].events | POLLERR | POLLHUP)
				      : (fds[i].fd < 0 ? 0 : POLLNVAL);
		ready += fds[i].revents != 0;
	}
	if (copy_to_user(frame->rdi, fds, count * sizeof(fds[0])) < 0)
		return -EFAULT;
	return finish(frame, ready, timeout);
}

/* poll, whose timeout is in milliseconds, negative for ever; and ppoll. */
int64_t sys_poll(struct trap_frame *frame)
{
	int milliseconds = frame->rdx;
	uint64_t timeout = CLOCK_FOREVER;
	int error = 0;

	if (frame->rax == __NR_poll)
		timeout = milliseconds < 0 ? CLOCK_FOREVER : milliseconds * NSEC_PER_MSEC;
	else if (frame->rdx)
		error = timespec_from_user(frame->rdx, &timeout);
	if (!error && frame->rax == __NR_ppoll)
		error = signal_mask_for_call(frame->r10, frame->r8);
	return error ? error : poll(frame, timeout);
}

/* What makes an fd of a set of select(2) ready. */
static const unsigned set_events[] = {POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI};

static int64_t select(struct trap_frame *frame, uint64_t timeout)
{
	const uint64_t users[] = {frame->rsi, frame->rdx, frame->r10};
	uint32_t count = min((uint32_t)frame->rdi, FD_COUNT);
	uint64_t bytes = (count + 63) / 64 * sizeof(uint64_t);
	uint64_t sets[3][FD_COUNT / 64] = {0}; /* a bit for each fd */
	int64_t ready = 0;
	int64_t result;

	if ((int)frame->rdi < 0)
		return -EINVAL;
	for (unsigned i = 0; i < 3; i++)
		if (users[i] && copy_from_user(sets[i], users[i], bytes) < 0)
			return -EFAULT;
	for (uint32_t n = 0; n < 3 * count; n++) {
		uint64_t *word = &sets[n / count][n % count / 64];
		uint64_t bit = UINT64_C(1) << n % count % 64;
		const struct file *file = *word & bit ? fd_file(n % count) : NULL;

		if (*word & bit && !file)
			return -EBADF;
		if (file && file_poll(file) & set_events[n / count])
			ready++;
		else
			*word &= ~bit;
	}
	result = finish(frame, ready, timeout);
	/* A call that is to be made again has to find its sets as they were. */
	for (unsigned i = 0; !current->again && i < 3; i++)
		if (users[i] && copy_to_user(users[i], sets[i], bytes) < 0)
			return -EFAULT;
	return result;
}

/* select, and pselect6, whose last argument is the address and size of a mask. */
int64_t sys_select(struct trap_frame *frame)
{
	struct __kernel_old_timeval time;
	uint64_t timeout = CLOCK_FOREVER;
	uint64_t mask[2] = {0, 0};
	int error = 0;

	if (frame->rax == __NR_pselect6) {
		if (frame->r8)
			error = timespec_from_user(frame->r8, &timeout);
		if (!error && frame->r9)
			error = copy_from_user(mask, frame->r9, sizeof(mask));
		if (!error)
			error = signal_mask_for_call(mask[0], mask[1]);
	} else if (frame->r8) {
		error = copy_from_user(&time, frame->r8, sizeof(time));
		if (!error && (time.tv_sec < 0 || time.tv_usec < 0))
			error = -EINVAL;
		if (!error && time.tv_sec < INT32_MAX)
			timeout = time.tv_sec * NSEC_PER_SEC + min(time.tv_usec, INT32_MAX) * 1000;
	}
	return error ? error : select(frame, timeout);
}
