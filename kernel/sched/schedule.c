/* SPDX-License-Identifier: MIT */
/* Whose turn it is. */
#include "schedule.h"

#include <linux/sched.h>
#include <stddef.h>

#include "hostwait.h"
#include "tick.h"
#include "wait.h"

static bool has_priorities; /* there is a thread, or was, whose priority isn't 0 */

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

/* Lets the host wait for the first timer, or for a file. Returns false if there is neither. */
static bool idle(void)
{
	uint64_t deadline = timers_by_time.first ? timers_by_time.first->expires : CLOCK_FOREVER;
	bool files = hostwait_is_on();

	if (deadline == CLOCK_FOREVER && !files)
		return false;
	cpu_charge();
	if (!files)
		clock_sleep_until(deadline);
	else if (!hostwait_sleep(deadline))
		tick_drop();
	cpu_skip();
	return true;
}

struct thread *schedule_pick(void)
{
	struct thread *next;

	do {
		timer_fire_due(&timers_by_time);
		next = next_ready();
	} while (!next && idle());
	outranked = false;
	return next;
}
