/* SPDX-License-Identifier: MIT */
/* Queues of timers. When the interrupt comes for them, tick.c decides. */
#include "timer.h"

#include <stddef.h>

#include "cpu_clock.h"

struct timer_queue timers_by_time;

uint64_t timer_now(const struct timer_queue *queue)
{
	return queue == &timers_by_time ? clock_monotonic() : cpu_clock_read(cpu_clock_of(queue));
}

void timer_set(struct timer *timer, struct timer_queue *queue, uint64_t expires)
{
	struct timer *before = NULL;
	struct timer *next;

	timer_cancel(timer);
	/* Behind those of the same time, so that they fire in the order in which they were set. */
	for (next = queue->first; next && next->expires <= expires; next = next->next)
		before = next;
	timer->queue = queue;
	timer->expires = expires;
	timer->previous = before;
	timer->next = next;
	if (next)
		next->previous = timer;
	if (before)
		before->next = timer;
	else
		queue->first = timer;
}

void timer_cancel(struct timer *timer)
{
	if (!timer->queue)
		return;
	if (timer->next)
		timer->next->previous = timer->previous;
	if (timer->previous)
		timer->previous->next = timer->next;
	else
		timer->queue->first = timer->next;
	timer->queue = NULL;
}

uint64_t timer_left(const struct timer *timer)
{
	uint64_t now = timer->queue ? timer_now(timer->queue) : 0;

	if (!timer->queue)
		return 0;
	return timer->expires > now ? timer->expires - now : 1;
}

static void fire_first(struct timer_queue *queue)
{
	struct timer *timer = queue->first;

	timer_cancel(timer);
	timer->fire(timer);
}

void timer_fire_due(struct timer_queue *queue)
{
	uint64_t now = queue->first ? timer_now(queue) : 0;

	while (queue->first && queue->first->expires <= now)
		fire_first(queue);
}

void timer_fire_all(struct timer_queue *queue)
{
	while (queue->first)
		fire_first(queue);
}

uint64_t timer_forward(struct timer *timer, const struct timer_queue *queue, uint64_t interval)
{
	uint64_t now = timer_now(queue);
	uint64_t times;

	if (timer->expires > now)
		return 0;
	times = (now - timer->expires) / interval + 1;
	timer->expires += times * interval;
	return times;
}
