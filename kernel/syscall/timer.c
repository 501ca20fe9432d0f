/* SPDX-License-Identifier: MIT */
/* System calls on the timers of a process. */
#include <asm/errno.h>
#include <linux/time.h>
#include <linux/time_types.h>

#include "../mm/uaccess.h"
#include "../proc/itimer.h"
#include "../proc/posix_timer.h"
#include "../proc/process.h"
#include "../sched/timespec.h"
#include "syscall.h"

#define USEC_PER_SEC INT64_C(1000000)

/* A time in microseconds as nanoseconds, CLOCK_LONGEST at most. Returns 0 or -EINVAL. */
static int from_timeval(const struct __kernel_old_timeval *time, uint64_t *nsec)
{
	if (time->tv_sec < 0 || time->tv_usec < 0 || time->tv_usec >= USEC_PER_SEC)
		return -EINVAL;
	*nsec = time->tv_sec > INT64_MAX / (int64_t)NSEC_PER_SEC - 1
			? CLOCK_LONGEST
			: time->tv_sec * NSEC_PER_SEC + time->tv_usec * 1000;
	return 0;
}

/* Rounded up, so that a timer that is set doesn't look as if it weren't. */
static struct __kernel_old_timeval to_timeval(uint64_t nsec)
{
	uint64_t usec = nsec / 1000 + !!(nsec % 1000);

	return (struct __kernel_old_timeval){usec / USEC_PER_SEC, usec % USEC_PER_SEC};
}

static int tell_itimer(uaddr_t to, struct itimer_times times)
{
	const struct __kernel_old_itimerval value = {to_timeval(times.interval),
						     to_timeval(times.value)};

	return copy_to_user(to, &value, sizeof(value));
}

int64_t sys_getitimer(int which, uaddr_t to)
{
	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	return tell_itimer(to, itimer_get(process_current(), which));
}

/* No new value stops the timer, as on Linux. */
int64_t sys_setitimer(int which, uaddr_t from, uaddr_t to)
{
	struct __kernel_old_itimerval value;
	struct itimer_times times = {0, 0};
	struct itimer_times before;

	if (from) {
		if (copy_from_user(&value, from, sizeof(value)) < 0)
			return -EFAULT;
		if (from_timeval(&value.it_value, &times.value) < 0 ||
		    from_timeval(&value.it_interval, &times.interval) < 0)
			return -EINVAL;
	}
	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	before = itimer_get(process_current(), which);
	itimer_set(process_current(), which, times);
	return to ? tell_itimer(to, before) : 0;
}

/* The result is rounded as on Linux: never 0 while an alarm is set. */
int64_t sys_alarm(unsigned seconds)
{
	struct itimer_times before = itimer_get(process_current(), ITIMER_REAL);
	uint64_t left = before.value / NSEC_PER_SEC;

	itimer_set(process_current(), ITIMER_REAL,
		   (struct itimer_times){seconds * NSEC_PER_SEC, 0});
	if (before.value % NSEC_PER_SEC >= NSEC_PER_SEC / 2 || (before.value && !left))
		left++;
	return left;
}

/* Reads the struct sigevent of timer_create(2), 0: there is none. Returns 0 or a negative errno. */
static int take_notice(uaddr_t from, struct timer_notice *notice)
{
	const struct task *task;
	struct sigevent event;

	*notice = (struct timer_notice){.kind = SIGEV_SIGNAL, .sig = SIGALRM};
	if (!from)
		return 0;
	if (copy_from_user(&event, from, sizeof(event)) < 0)
		return -EFAULT;
	*notice = (struct timer_notice){
		.kind = event.sigev_notify,
		.sig = event.sigev_signo,
		.value = event.sigev_value,
	};
	switch (event.sigev_notify) {
	case SIGEV_THREAD_ID:
		notice->tid = event._sigev_un._tid;
		task = task_find(notice->tid);
		if (!task || task->process != process_current())
			return -EINVAL;
		break;
	case SIGEV_SIGNAL:
	case SIGEV_THREAD: /* which C libraries build from the one above */
		break;
	case SIGEV_NONE:
		return 0;
	default:
		return -EINVAL;
	}
	return notice->sig >= 1 && notice->sig <= SIGNAL_COUNT ? 0 : -EINVAL;
}

/* Has the clock timers? */
static bool has_timers(int clock)
{
	return clock != CLOCK_MONOTONIC_RAW && clock != CLOCK_REALTIME_COARSE &&
	       clock != CLOCK_MONOTONIC_COARSE;
}

int64_t sys_timer_create(int clock, uaddr_t event, uaddr_t to)
{
	struct timer_notice notice;
	struct clock_of which;
	int error, id;

	if (clock_find(clock, &which) < 0)
		return -EINVAL;
	if (!has_timers(clock))
		return -EOPNOTSUPP;
	error = take_notice(event, &notice);
	if (error)
		return error;
	id = posix_timer_create(&which, &notice);
	if (id < 0)
		return id;
	if (!event)
		posix_timer_set_value(posix_timer_find(id), (sigval_t){.sival_int = id});
	if (copy_to_user(to, &id, sizeof(id)) < 0) {
		posix_timer_delete(posix_timer_find(id));
		return -EFAULT;
	}
	return 0;
}

int64_t sys_timer_settime(int id, unsigned flags, uaddr_t from, uaddr_t to)
{
	struct posix_timer *timer = posix_timer_find(id);
	struct itimer_times times, before;
	int error;

	if (!from)
		return -EINVAL;
	error = itimerspec_from_user(from, &times.interval, &times.value);
	if (error)
		return error;
	if (!timer)
		return -EINVAL;
	before = posix_timer_get(timer);
	error = posix_timer_set(timer, flags & TIMER_ABSTIME, times);
	if (error || !to)
		return error;
	return itimerspec_to_user(to, before.interval, before.value);
}

int64_t sys_timer_gettime(int id, uaddr_t to)
{
	struct posix_timer *timer = posix_timer_find(id);
	struct itimer_times times;

	if (!timer)
		return -EINVAL;
	times = posix_timer_get(timer);
	return itimerspec_to_user(to, times.interval, times.value);
}

int64_t sys_timer_getoverrun(int id)
{
	const struct posix_timer *timer = posix_timer_find(id);

	return timer ? posix_timer_overrun(timer) : -EINVAL;
}

int64_t sys_timer_delete(int id)
{
	struct posix_timer *timer = posix_timer_find(id);

	if (!timer)
		return -EINVAL;
	posix_timer_delete(timer);
	return 0;
}
