/* SPDX-License-Identifier: MIT */
/*
 * Clocks of CPU time: of a thread, and of all threads of a process. What the kernel does for a
 * program counts as the program's, but not what the host does while nothing here could run.
 */
#ifndef CPU_CLOCK_H
#define CPU_CLOCK_H

#include <stddef.h>

#include "../host/clock.h"
#include "timer.h"

struct cpu_clock {
	uint64_t used;		   /* nanoseconds, up to the last cpu_charge() */
	struct timer_queue timers; /* that it has */
};

/* The clock that has these timers. */
static inline struct cpu_clock *cpu_clock_of(const struct timer_queue *timers)
{
	return (struct cpu_clock *)((char *)timers - offsetof(struct cpu_clock, timers));
}

/*
 * Charges the time since the last call of these two to the current thread. Returns
 * clock_monotonic().
 */
uint64_t cpu_charge(void);

/* Charges it to nobody: the host has waited. */
void cpu_skip(void);

/* What a clock shows now. */
uint64_t cpu_clock_read(const struct cpu_clock *clock);

struct thread;

/* The thread ends: its process is charged no more, while the kernel goes on to another. */
void cpu_clock_leave(struct thread *thread);

/* How much time since the kernel's start was charged to nobody. */
uint64_t cpu_idle(void);

#endif
