/* SPDX-License-Identifier: MIT */
/* System calls that tell the time, and that let it pass. */
#include <asm/errno.h>
#include <linux/resource.h>
#include <linux/time.h>
#include <linux/times.h>

#include "../host/clock.h"
#include "../mm/frame.h"
#include "../mm/uaccess.h"
#include "../proc/clocks.h"
#include "../proc/process.h"
#include "../sched/timespec.h"
#include "../sched/wait.h"
#include "syscall.h"

#define USEC_PER_SEC 1000000

int64_t sys_clock_gettime(int clock, uaddr_t to)
{
	struct clock_of which;

	return clock_find(clock, &which) < 0 ? -EINVAL : timespec_to_user(to, clock_of_now(&which));
}

int64_t sys_clock_getres(int clock, uaddr_t to)
{
	struct clock_of which;

	if (clock_find(clock, &which) < 0)
		return -EINVAL;
	return to ? timespec_to_user(to, 1) : 0;
}

int64_t sys_gettimeofday(uaddr_t time, uaddr_t zone)
{
	const struct timezone utc = {0};
	uint64_t now = clock_realtime();
	const struct __kernel_old_timeval value = {
		.tv_sec = now / NSEC_PER_SEC,
		.tv_usec = now % NSEC_PER_SEC / 1000,
	};

	if ((time && copy_to_user(time, &value, sizeof(value)) < 0) ||
	    (zone && copy_to_user(zone, &utc, sizeof(utc)) < 0))
		return -EFAULT;
	return 0;
}

int64_t sys_time(uaddr_t to)
{
	int64_t now = clock_realtime() / NSEC_PER_SEC;

	if (to && copy_to_user(to, &now, sizeof(now)) < 0)
		return -EFAULT;
	return now;
}

/* Can clock_nanosleep(2) sleep by this clock, if it exists? */
static bool can_sleep_by(int clock)
{
	switch (clock) {
	case CLOCK_THREAD_CPUTIME_ID:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
		return false;
	default:
		return clock >= 0 || (clock & 7) != 3; /* not of a file */
	}
}

/*
 * Sleeps for the time at `user`, or until the clock shows it if `absolute`. If a signal ends the
 * sleep, the time that is left goes to `rest`.
 */
static int64_t sleep(int clock, bool absolute, uaddr_t user, uaddr_t rest)
{
	struct clock_of which;
	uint64_t nsec;
	int error;

	if (!can_sleep_by(clock))
		return -EOPNOTSUPP;
	/* A thread that sleeps uses no CPU time. */
	if (clock_find(clock, &which) < 0 || which.clock == &current->cpu)
		return -EINVAL;
	error = timespec_from_user(user, &nsec);
	if (error)
		return error;
	nsec = clock_of_time(&which, absolute, nsec);
	if (nsec <= timer_now(clock_of_timers(&which)))
		return 0;
	if (which.clock)
		wait_until_used(which.clock, nsec);
	else
		wait_until(nsec);
	current->rest = absolute ? 0 : rest;
	return 0;
}

int64_t sys_nanosleep(uaddr_t time, uaddr_t rest)
{
	return sleep(CLOCK_MONOTONIC, false, time, rest);
}

int64_t sys_clock_nanosleep(int clock, unsigned flags, uaddr_t time, uaddr_t rest)
{
	return sleep(clock, flags & TIMER_ABSTIME, time, rest);
}

static struct __kernel_old_timeval to_timeval(uint64_t nsec)
{
	return (struct __kernel_old_timeval){nsec / NSEC_PER_SEC, nsec % NSEC_PER_SEC / 1000};
}

/* times(2): CPU time in ticks of USER_HZ. Returns the time since the kernel began. */
int64_t sys_times(uaddr_t to)
{
	const struct tms times = {
		.tms_utime = cpu_clock_read(&process_current()->cpu) / NSEC_PER_TICK,
		.tms_cutime = process_current()->children_cpu / NSEC_PER_TICK,
	};

	if (to && copy_to_user(to, &times, sizeof(times)) < 0)
		return -EFAULT;
	return clock_monotonic() / NSEC_PER_TICK;
}

/* Setting a clock takes a capability. */
int64_t sys_clock_settime(int clock, uaddr_t from)
{
	uint64_t nsec;
	int error;

	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	error = timespec_from_user(from, &nsec);
	return error ? error : -EPERM;
}

int64_t sys_settimeofday(uaddr_t from, uaddr_t zone)
{
	struct __kernel_old_timeval time;
	struct timezone value;

	if (from) {
		if (copy_from_user(&time, from, sizeof(time)) < 0)
			return -EFAULT;
		if (time.tv_usec < 0 || time.tv_usec > USEC_PER_SEC)
			return -EINVAL;
	}
	return zone && copy_from_user(&value, zone, sizeof(value)) < 0 ? -EFAULT : -EPERM;
}

int64_t sys_getrusage(int who, uaddr_t to)
{
	struct rusage usage = {0};

	switch (who) {
	case RUSAGE_SELF:
		usage.ru_utime = to_timeval(cpu_clock_read(&process_current()->cpu));
		break;
	case RUSAGE_THREAD:
		usage.ru_utime = to_timeval(cpu_clock_read(&current->cpu));
		break;
	case RUSAGE_CHILDREN:
		usage.ru_utime = to_timeval(process_current()->children_cpu);
		break;
	default:
		return -EINVAL;
	}
	if (who != RUSAGE_CHILDREN)
		usage.ru_maxrss = (frame_count_total() - frame_count_free()) * (FRAME_SIZE / 1024);
	return copy_to_user(to, &usage, sizeof(usage));
}
