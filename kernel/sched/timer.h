/* SPDX-License-Identifier: MIT */
/* Timers: what is to be done when a clock shows a time. */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer;

/* The timers that one clock has, by their time. Zeros: none. */
struct timer_queue {
	struct timer *first;
};

struct timer {
	struct timer_queue *queue; /* that it is in, NULL: it isn't set */
	struct timer *next, *previous;
	uint64_t expires; /* nanoseconds of the queue's clock; stays when the time has come */
	/*
	 * Called when the time has come; the timer is in no queue then. May set it again, to a
	 * later time.
	 */
	void (*fire)(struct timer *timer);
};

/* Those by clock_monotonic(). Each struct cpu_clock has others: cpu_clock.h. */
extern struct timer_queue timers_by_time;

/* What the clock of a queue shows. */
uint64_t timer_now(const struct timer_queue *queue);

/* Sets a timer, which may be set already, to a time of the queue's clock. */
void timer_set(struct timer *timer, struct timer_queue *queue, uint64_t expires);

/* It won't fire, if it was to. */
void timer_cancel(struct timer *timer);

/* How long it is until it fires, at least 1; 0: it isn't set. */
uint64_t timer_left(const struct timer *timer);

/* Fires all timers of a queue whose time has come. */
void timer_fire_due(struct timer_queue *queue);

/* The queue's clock ends. Fires all its timers, which none of them may set again. */
void timer_fire_all(struct timer_queue *queue);

/*
 * Moves timer->expires on by multiples of `interval`, until the queue's clock has yet to get there.
 * Returns by how many, 0: that is so already. The timer isn't set.
 */
uint64_t timer_forward(struct timer *timer, const struct timer_queue *queue, uint64_t interval);

#endif
