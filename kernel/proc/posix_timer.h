/* SPDX-License-Identifier: MIT */
/* Timers that a process makes: timer_create(2). */
#ifndef POSIX_TIMER_H
#define POSIX_TIMER_H

#include <asm/siginfo.h>

#include "clocks.h"
#include "itimer.h"

struct process;
struct posix_timer;

/* How a timer tells that its time has come. */
struct timer_notice {
	int kind; /* SIGEV_* */
	int sig;
	int tid; /* SIGEV_THREAD_ID: to this thread */
	sigval_t value;
};

/* Makes a timer for the current process. Returns its number, or -EAGAIN: no memory, or a limit. */
int posix_timer_create(const struct clock_of *which, const struct timer_notice *notice);

/* The current process's timer of this number, or NULL. */
struct posix_timer *posix_timer_find(int id);

/* The notice that its signals carry. */
void posix_timer_set_value(struct posix_timer *timer, sigval_t value);

/*
 * Sets it; a `value` of 0 stops it. A signal of its old setting that waits is dropped.
 * Returns 0, or -ESRCH: its clock is that of a thread or process which has ended.
 */
int posix_timer_set(struct posix_timer *timer, bool absolute, struct itimer_times times);

/* What it is set to, as timer_gettime(2) tells it. */
struct itimer_times posix_timer_get(struct posix_timer *timer);

/* The overrun of its last signal: how often it had fired beyond that when the signal was taken. */
int posix_timer_overrun(const struct posix_timer *timer);

void posix_timer_delete(struct posix_timer *timer);

/* Deletes all of a process that ends, or executes a program. */
void posix_timer_delete_all(struct process *process);

/* Stops those of a process that run by a clock which is about to end. */
void posix_timer_forget_clock(struct process *process, const struct cpu_clock *clock);

/*
 * The process takes a signal that a timer has sent: fills in its overrun, and sets the timer again.
 */
void posix_timer_taken(struct process *process, siginfo_t *info);

#endif
