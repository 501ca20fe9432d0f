/* SPDX-License-Identifier: MIT */
/* System calls that wait for one of several files. */
#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/time_types.h>

#include "../fs/fdtable.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/signal.h"
#include "../sched/timespec.h"
#include "../sched/wait.h"
#include "poll.h"
#include "syscall.h"

#define NSEC_PER_MSEC UINT64_C(1000000)

/*
 * Which of `events` the file is ready for. If none of the call's files is ready so far (`ready`
 * is 0), the current thread also enters the file's wait queue. -ENOMEM: it can't.
 */
static int look_at(const struct file *file, unsigned events, int64_t ready)
{
	unsigned found = file_poll(file) & events;
	int error = found || ready || !file->waits ? 0 : wait_on_for(file->waits, events);

	return error ? error : (int)found;
}

int64_t poll_finish(int64_t ready, uint64_t timeout)
{
	if (!current->restart)
		current->deadline = deadline_after(timeout);
	current->restart = false;
	if (ready || current->deadline <= clock_monotonic())
		return ready;
	return wait_restart(current->deadline, RESTART_NEVER);
}

static int64_t look_at_all(uaddr_t user, unsigned count, uint64_t timeout)
{
	struct pollfd fds[FD_COUNT];
	int64_t ready = 0;

	if (count > FD_COUNT || count > limit_of(RLIMIT_NOFILE))
		return -EINVAL;
	if (copy_from_user(fds, user, count * sizeof(fds[0])) < 0)
		return -EFAULT;
	for (unsigned i = 0; i < count; i++) {
		const struct file *file = fd_io_file(fds[i].fd);
		int found = fds[i].fd < 0 ? 0 : POLLNVAL;

		if (file)
			found = look_at(file, fds[i].events | POLLERR | POLLHUP, ready);
		if (found < 0)
			return found;
		fds[i].revents = found;
		ready += found != 0;
	}
	if (copy_to_user(user, fds, count * sizeof(fds[0])) < 0)
		return -EFAULT;
	return poll_finish(ready, timeout);
}

int64_t poll_leave(int64_t result)
{
	if (current->state == THREAD_READY)
		wait_end(current);
	return result;
}

/* Where nothing is ready, a signal ends the call, even if that doesn't wait: as on Linux. */
static int64_t leave(int64_t result)
{
	poll_leave(result);
	if (result == 0 && current->state == THREAD_READY && signal_is_due())
		result = -EINTR;
	return signal_mask_after_call(result);
}

static int64_t poll(uaddr_t fds, unsigned count, uint64_t timeout)
{
	return leave(look_at_all(fds, count, timeout));
}

/* A negative timeout is for ever. */
int64_t sys_poll(uaddr_t fds, unsigned count, int milliseconds)
{
	return poll(fds, count, milliseconds < 0 ? CLOCK_FOREVER : milliseconds * NSEC_PER_MSEC);
}

int64_t sys_ppoll(uaddr_t fds, unsigned count, uaddr_t time, uaddr_t mask, size_t mask_bytes)
{
	uint64_t timeout = CLOCK_FOREVER;
	int error = time ? timespec_from_user(time, &timeout) : 0;

	if (!error)
		error = signal_mask_for_call(mask, mask_bytes);
	return error ? error : poll(fds, count, timeout);
}

/* The events that make an fd ready in each of the sets of select(2). */
static const unsigned set_events[] = {POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI};

/* `users`: the three sets in the program's memory, 0: there is none. */
static int64_t look_at_sets(int fds, const uaddr_t users[3], uint64_t timeout)
{
	uint32_t count = min((uint32_t)fds, FD_COUNT);
	uint64_t bytes = (count + 63) / 64 * sizeof(uint64_t);
	uint64_t sets[3][FD_COUNT / 64] = {0}; /* a bit for each fd */
	int64_t ready = 0;
	int64_t result;
	int found;

	if (fds < 0)
		return -EINVAL;
	for (unsigned i = 0; i < 3; i++) {
		if (users[i] && copy_from_user(sets[i], users[i], bytes) < 0)
			return -EFAULT;
		/* What the last word has beyond them isn't looked at, and is no result. */
		if (count % 64)
			sets[i][count / 64] &= (UINT64_C(1) << count % 64) - 1;
	}
	for (uint32_t n = 0; n < 3 * count; n++) {
		uint64_t *word = &sets[n / count][n % count / 64];
		uint64_t bit = UINT64_C(1) << n % count % 64;
		const struct file *file = *word & bit ? fd_io_file(n % count) : NULL;

		if (*word & bit && !file)
			return -EBADF;
		found = file ? look_at(file, set_events[n / count], ready) : 0;
		if (found < 0)
			return found;
		if (found)
			ready++;
		else
			*word &= ~bit;
	}
	result = poll_finish(ready, timeout);
	/* A restarted call must find its sets unchanged. */
	for (unsigned i = 0; !current->restart && i < 3; i++)
		if (users[i] && copy_to_user(users[i], sets[i], bytes) < 0)
			return -EFAULT;
	return result;
}

static int64_t select(int fds, const uaddr_t users[3], uint64_t timeout)
{
	return leave(look_at_sets(fds, users, timeout));
}

int64_t sys_select(int count, uaddr_t in, uaddr_t out, uaddr_t except, uaddr_t timeout)
{
	struct __kernel_old_timeval time;
	uint64_t nsec = CLOCK_FOREVER;

	if (timeout) {
		if (copy_from_user(&time, timeout, sizeof(time)) < 0)
			return -EFAULT;
		if (time.tv_sec < 0 || time.tv_usec < 0)
			return -EINVAL;
		if (time.tv_sec < INT32_MAX)
			nsec = time.tv_sec * NSEC_PER_SEC + min(time.tv_usec, INT32_MAX) * 1000;
	}
	return select(count, (uaddr_t[]){in, out, except}, nsec);
}

/* `mask` is the address of a mask's address and size. */
int64_t sys_pselect6(int count, uaddr_t in, uaddr_t out, uaddr_t except, uaddr_t timeout,
		     uaddr_t mask)
{
	uint64_t nsec = CLOCK_FOREVER;
	uint64_t pair[2] = {0, 0};
	int error = timeout ? timespec_from_user(timeout, &nsec) : 0;

	if (!error && mask)
		error = copy_from_user(pair, mask, sizeof(pair));
	if (!error)
		error = signal_mask_for_call(pair[0], pair[1]);
	return error ? error : select(count, (uaddr_t[]){in, out, except}, nsec);
}
