/* SPDX-License-Identifier: MIT */
/*
 * The vDSO, vdso(7): a shared object that the kernel maps into each program, with
 * which a C library tells the time without a system call. It runs in ring 3 and is no
 * more trusted than the program. Its functions take and return what the system calls
 * of their names do, but that a bad pointer is a fault.
 */
#include <asm/unistd_64.h>
#include <linux/time.h>
#include <linux/time_types.h>
#include <stddef.h>

#include "clock_page.h"
#include "ring3.h"

/* One page below this code: see vdso.ld. */
extern const struct clock_page clock_page __attribute__((visibility("hidden")));

#define BIT(clock) (1u << CLOCK_##clock)
/* The clocks that count from 1970, and those that count from the kernel's start. */
#define FROM_1970  (BIT(REALTIME) | BIT(REALTIME_COARSE) | BIT(TAI))
#define FROM_START (BIT(MONOTONIC) | BIT(MONOTONIC_RAW) | BIT(MONOTONIC_COARSE) | BIT(BOOTTIME))

/* Is the clock one of these? */
static inline int is_one_of(int clock, unsigned clocks)
{
	return (unsigned)clock < 32 && 1u << clock & clocks;
}

static inline uint64_t monotonic(void)
{
	return clock_page_nsec(&clock_page, rdtsc_ordered());
}

static inline uint64_t realtime(void)
{
	return clock_page.realtime + monotonic();
}

int __vdso_clock_gettime(int clock, struct __kernel_timespec *to);
int __vdso_clock_getres(int clock, struct __kernel_timespec *to);
int __vdso_gettimeofday(struct __kernel_old_timeval *to, struct timezone *zone);
long __vdso_time(long *to);
int __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused);

int __vdso_clock_gettime(int clock, struct __kernel_timespec *to)
{
	uint64_t now;

	if (!clock_page.usable || !is_one_of(clock, FROM_1970 | FROM_START))
		return syscall2(__NR_clock_gettime, clock, (long)to);
	now = is_one_of(clock, FROM_1970) ? realtime() : monotonic();
	to->tv_sec = now / NSEC_PER_SEC;
	to->tv_nsec = now % NSEC_PER_SEC;
	return 0;
}

int __vdso_clock_getres(int clock, struct __kernel_timespec *to)
{
	if (!is_one_of(clock, FROM_1970 | FROM_START))
		return syscall2(__NR_clock_getres, clock, (long)to);
	if (to) {
		to->tv_sec = 0;
		to->tv_nsec = 1;
	}
	return 0;
}

int __vdso_gettimeofday(struct __kernel_old_timeval *to, struct timezone *zone)
{
	uint64_t now;

	if (!clock_page.usable)
		return syscall2(__NR_gettimeofday, (long)to, (long)zone);
	if (to) {
		now = realtime();
		to->tv_sec = now / NSEC_PER_SEC;
		to->tv_usec = now % NSEC_PER_SEC / 1000;
	}
	if (zone)
		*zone = (struct timezone){0};
	return 0;
}

long __vdso_time(long *to)
{
	long now;

	if (!clock_page.usable)
		return syscall2(__NR_time, (long)to, 0);
	now = realtime() / NSEC_PER_SEC;
	if (to)
		*to = now;
	return now;
}

/* There is one CPU, on one node. */
int __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused)
{
	(void)unused;
	if (cpu)
		*cpu = 0;
	if (node)
		*node = 0;
	return 0;
}

/* The names without prefix, that Linux's has, too. */
#define ALIAS(name) extern typeof(__vdso_##name) name __attribute__((weak, alias("__vdso_" #name)))
ALIAS(clock_gettime);
ALIAS(clock_getres);
ALIAS(gettimeofday);
ALIAS(time);
ALIAS(getcpu);
