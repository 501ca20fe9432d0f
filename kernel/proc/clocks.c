/* SPDX-License-Identifier: MIT */
/* Clocks by their numbers. */
#include "clocks.h"

#include <asm/errno.h>
#include <linux/time.h>

#include "../lib/math.h"
#include "process.h"

/*
 * A negative number is one of clock_getcpuclockid(3)'s, or of a clock that is a file:
 * include/linux/posix-timers.h. Bits 0 and 1 tell which time it counts, 3: it is a file's. Bit 2
 * tells that it is a thread's. The others are the complement of that thread's or process's number.
 */
#define KIND(id)	   ((id)&3)
#define KIND_FILE	   3
#define IS_OF_A_THREAD(id) ((id)&4)
#define WHOSE(id)	   (~(id) >> 3)

static struct cpu_clock *find_cpu_clock(int id)
{
	int whose = WHOSE(id);
	struct process *process;
	struct task *task;

	if (KIND(id) == KIND_FILE)
		return NULL;
	if (IS_OF_A_THREAD(id)) {
		/* Of this process alone. */
		task = whose ? task_find(whose) : task_current();
		return task && task->process == process_current() ? &task->thread.cpu : NULL;
	}
	process = process_find(whose);
	return process ? &process->cpu : NULL;
}

int clock_find(int id, struct clock_of *which)
{
	*which = (struct clock_of){NULL, 0};
	switch (id) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_TAI:
		which->ahead = clock_realtime() - clock_monotonic();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		which->clock = &process_current()->cpu;
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		which->clock = &current->cpu;
		return 0;
	default:
		which->clock = id < 0 ? find_cpu_clock(id) : NULL;
		return which->clock ? 0 : -EINVAL;
	}
}

struct timer_queue *clock_of_timers(const struct clock_of *which)
{
	return which->clock ? &which->clock->timers : &timers_by_time;
}

uint64_t clock_of_now(const struct clock_of *which)
{
	return timer_now(clock_of_timers(which)) + which->ahead;
}

uint64_t clock_of_time(const struct clock_of *which, bool absolute, uint64_t nsec)
{
	if (absolute)
		return nsec - min(nsec, which->ahead);
	return timer_now(clock_of_timers(which)) + min(nsec, CLOCK_LONGEST);
}
