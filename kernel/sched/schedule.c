/* SPDX-License-Identifier: MIT */
/* Whose turn it is. */
#include "schedule.h"

#include <linux/sched.h>
#include <stddef.h>

#include "wait.h"

static bool yields;
static bool has_priorities; /* there is a thread, or was, whose priority isn't 0 */

void schedule_yield(void)
{
	yields = work_pending = true;
}

bool schedule_is_due(void)
{
	bool due = current->state != THREAD_READY || current->held || yields || outranked;

	yields = outranked = false;
	return due;
}

void schedule_set(struct thread *thread, unsigned policy, int priority)
{
	bool lowered = priority < thread->priority;

	thread->policy = policy;
	thread->priority = priority;
	has_priorities |= priority > 0;
	if (thread == current && lowered)
		outranked = work_pending = true;
	else if (thread->state == THREAD_READY && !thread->held)
		thread_rank(thread);
}

void schedule_inherit(struct thread *child, const struct thread *parent)
{
	child->nice = parent->nice;
	child->policy = parent->policy & ~SCHED_RESET_ON_FORK;
	child->priority = parent->priority;
	if (!(parent->policy & SCHED_RESET_ON_FORK))
		return;
	if (child->nice < 0)
		child->nice = 0;
	if (child->priority)
		child->policy = SCHED_NORMAL;
	child->priority = 0;
}

/* The ready thread that comes next in the ring, of those of the highest priority. NULL: none is. */
static struct thread *next_ready(void)
{
	struct thread *best = NULL;
	struct thread *t = current;

	do {
		t = t->next;
		if (t->state != THREAD_READY || t->held)
			continue;
		if (!best || t->priority > best->priority)
			best = t;
		if (!has_priorities)
			return best;
	} while (t != current);
	return best;
}

struct thread *schedule_pick(void)
{
	for (;;) {
		uint64_t deadline = wait_expire();
		struct thread *next = next_ready();

		outranked = false;
		if (next || deadline == CLOCK_FOREVER)
			return next;
		clock_sleep_until(deadline);
	}
}
