/* SPDX-License-Identifier: MIT */
/* What a process's own clocks do to it: setitimer(2), and the limit of its CPU time. */
#ifndef ITIMER_H
#define ITIMER_H

#include <linux/time.h>

#include "../sched/timer.h"

struct process;

#define ITIMERS 3 /* ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF */

struct itimer {
	struct timer timer; /* first */
	struct process *process;
	uint64_t interval; /* nanoseconds, 0: once */
	int sig;
};

/* Times of an interval timer. */
struct itimer_times {
	uint64_t value; /* nanoseconds until it fires, 0: it isn't set */
	uint64_t interval;
};

/* What timer `which` of a process is set to. */
struct itimer_times itimer_get(const struct process *process, unsigned which);

/* Sets it. */
void itimer_set(struct process *process, unsigned which, struct itimer_times times);

/*
 * A SIGALRM has been taken, which may have been ITIMER_REAL's: that goes on if it has an interval.
 */
void itimer_alarm_taken(struct process *process);

/* The limit of a process's CPU time has changed, or the process is new. */
void itimer_limit_cpu(struct process *process);

/* A process ends: nothing fires for it any more. */
void itimer_cancel_all(struct process *process);

#endif
