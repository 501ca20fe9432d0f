/* SPDX-License-Identifier: MIT */
/* Whose turn it is. */
#include "schedule.h"

#include <stddef.h>

#include "hostwait.h"
#include "wait.h"

static bool yields;

void schedule_yield(void)
{
	yields = work_pending = true;
}

bool schedule_is_due(void)
{
	bool due = current->state != THREAD_READY || current->held || yields;

	yields = false;
	return due;
}

/* Lets the host wait for the first timer, or for a file. Returns false if there is neither. */
static bool idle(void)
{
	uint64_t deadline = timers_by_time.first ? timers_by_time.first->expires : CLOCK_FOREVER;
	bool files = hostwait_is_on();

	if (deadline == CLOCK_FOREVER && !files)
		return false;
	cpu_charge();
	if (files)
		hostwait_sleep(deadline);
	else
		clock_sleep_until(deadline);
	cpu_skip();
	return true;
}

struct thread *schedule_pick(void)
{
	do {
		struct thread *t = current;

		timer_fire_due(&timers_by_time);
		do {
			t = t->next;
			if (t->state == THREAD_READY && !t->held)
				return t;
		} while (t != current);
	} while (idle());
	return NULL;
}
