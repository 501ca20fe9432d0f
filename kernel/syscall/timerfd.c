/* SPDX-License-Identifier: MIT */
/* System calls on timers that are files. */
#include <asm/errno.h>
#include <linux/time.h>
#include <linux/timerfd.h>

#include "../fs/fdtable.h"
#include "../fs/timerfd.h"
#include "../lib/math.h"
#include "../proc/clocks.h"
#include "../sched/timespec.h"
#include "syscall.h"

int64_t sys_timerfd_create(int clock, unsigned flags)
{
	struct clock_of which;
	struct file *file;

	if (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK))
		return -EINVAL;
	/* They would wake a machine that sleeps. This one never does. */
	if (clock == CLOCK_REALTIME_ALARM)
		clock = CLOCK_REALTIME;
	else if (clock == CLOCK_BOOTTIME_ALARM)
		clock = CLOCK_BOOTTIME;
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
		return -EINVAL;
	clock_find(clock, &which);
	file = timerfd_new(flags & TFD_NONBLOCK, which.ahead);
	return file ? fd_install(file, 0, flags & TFD_CLOEXEC) : -ENOMEM;
}

/* The timer behind an fd, or NULL and *error. */
static struct file *find(int fd, int64_t *error)
{
	struct file *file = fd_file(fd);

	*error = !file ? -EBADF : timerfd_is(file) ? 0 : -EINVAL;
	return *error ? NULL : file;
}

int64_t sys_timerfd_settime(int fd, unsigned flags, uaddr_t from, uaddr_t to)
{
	uint64_t interval, value, old_interval, left;
	struct clock_of which = {0};
	struct file *file;
	int64_t error;

	error = itimerspec_from_user(from, &interval, &value);
	if (error)
		return error;
	/* No clock is ever set, so nothing is cancelled when one is. */
	if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET))
		return -EINVAL;
	file = find(fd, &error);
	if (!file)
		return error;
	timerfd_get(file, &left, &old_interval);
	which.ahead = timerfd_ahead(file);
	/* A time that is long past is due at once, and no stop. */
	if (value)
		value = max(clock_of_time(&which, flags & TFD_TIMER_ABSTIME, value), 1);
	timerfd_set(file, value, interval);
	return to ? itimerspec_to_user(to, old_interval, left) : 0;
}

int64_t sys_timerfd_gettime(int fd, uaddr_t to)
{
	uint64_t interval, left;
	struct file *file;
	int64_t error;

	file = find(fd, &error);
	if (!file)
		return error;
	timerfd_get(file, &left, &interval);
	return itimerspec_to_user(to, interval, left);
}
