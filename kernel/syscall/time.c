/* SPDX-License-Identifier: MIT */
/* System calls that tell the time, and that let it pass. */
#include <asm/errno.h>
#include <linux/resource.h>
#include <linux/time.h>
#include <linux/times.h>

#include "../host/clock.h"
#include "../mm/frame.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "../sched/timespec.h"
#include "../sched/wait.h"
#include "syscall.h"

#define USEC_PER_SEC 1000000
/*
 * Is this negative number a clock of clock_getcpuclockid(3)? Bits 0 and 1 say what it counts, bit 2
 * that it is a thread's. The others are the complement of the process's or thread's number:
 * include/linux/posix-timers.h.
 */
static bool is_cpu_clock(int id)
{
	int whose;

	if (id >= 0 || (id & 3) == 3) /* 3: a clock that is a file */
		return false;
	whose = ~id >> 3;
	if (whose == 0)
		return true;
	return id & 4 ? thread_find(whose) != NULL : process_find(whose) != NULL;
}

/* The clock's time, or CLOCK_FOREVER: there is no such clock. All threads have one CPU clock. */
static uint64_t clock_read(uint32_t id)
{
	switch (id) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_TAI:
		return clock_realtime();
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		return clock_monotonic();
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_THREAD_CPUTIME_ID:
		return clock_cpu();
	default:
		return is_cpu_clock(id) ? clock_cpu() : CLOCK_FOREVER;
	}
}

int64_t sys_clock_gettime(int clock, uaddr_t to)
{
	uint64_t now = clock_read(clock);

	return now == CLOCK_FOREVER ? -EINVAL : timespec_to_user(to, now);
}

int64_t sys_clock_getres(int clock, uaddr_t to)
{
	if (clock_read(clock) == CLOCK_FOREVER)
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
		return clock >= 0 || (clock & 7) != 3; /* a file's hasn't */
	}
}

/*
 * Sleeps for the time at `user`, or until the clock shows it if `absolute`. If a signal ends the
 * sleep, the time that is left goes to `rest`.
 */
static int64_t sleep(int clock, bool absolute, uaddr_t user, uaddr_t rest)
{
	uint64_t now = clock_read(clock);
	uint64_t nsec;
	int error;

	if (!can_sleep_by(clock))
		return -EOPNOTSUPP;
	/* A thread that sleeps uses no CPU time. */
	if (now == CLOCK_FOREVER || (clock < 0 && clock & 4))
		return -EINVAL;
	error = timespec_from_user(user, &nsec);
	if (error)
		return error;
	if (absolute)
		nsec = nsec > now ? nsec - now : 0;
	wait_until(deadline_after(nsec));
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

/* times(2): CPU time in ticks of USER_HZ. Returns the time since the kernel began. */
int64_t sys_times(uaddr_t to)
{
	const struct tms times = {.tms_utime = clock_cpu() / NSEC_PER_TICK};

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

/* No timer runs. */
int64_t sys_getitimer(int which, uaddr_t to)
{
	const struct __kernel_old_itimerval none = {0};

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	return copy_to_user(to, &none, sizeof(none));
}

/* Nothing interrupts a program that runs: an alarm can be turned off, but not set. */
int64_t sys_alarm(unsigned seconds)
{
	return seconds ? -ENOSYS : 0;
}

int64_t sys_getrusage(int who, uaddr_t to)
{
	uint64_t now = who == RUSAGE_CHILDREN ? 0 : clock_cpu();
	struct rusage usage = {
		.ru_utime = {.tv_sec = now / NSEC_PER_SEC, .tv_usec = now % NSEC_PER_SEC / 1000},
	};

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD)
		return -EINVAL;
	if (who != RUSAGE_CHILDREN)
		usage.ru_maxrss = (frame_count_total() - frame_count_free()) * (FRAME_SIZE / 1024);
	return copy_to_user(to, &usage, sizeof(usage));
}
