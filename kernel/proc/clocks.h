/* SPDX-License-Identifier: MIT */
/* Clocks by their numbers: clock_gettime(2). */
#ifndef CLOCKS_H
#define CLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "../sched/cpu_clock.h"

/* One of the clocks that there are. */
struct clock_of {
	struct cpu_clock *clock; /* of CPU time; NULL: the time */
	uint64_t ahead;		 /* of clock_monotonic() */
};

/* Finds a clock. Returns 0 or -EINVAL. */
int clock_find(int id, struct clock_of *which);

/* What it shows. */
uint64_t clock_of_now(const struct clock_of *which);

/* Its timers. */
struct timer_queue *clock_of_timers(const struct clock_of *which);

/*
 * When a timer in the clock's queue must fire: when the clock shows `nsec` if `absolute`, else so
 * long from now on.
 */
uint64_t clock_of_time(const struct clock_of *which, bool absolute, uint64_t nsec);

#endif
