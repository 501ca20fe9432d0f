/* SPDX-License-Identifier: MIT */
/* Whose turn it is. */
#include "schedule.h"

#include <stddef.h>

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

struct thread *schedule_pick(void)
{
	for (;;) {
		uint64_t deadline = wait_expire();
		struct thread *t = current;

		do {
			t = t->next;
			if (t->state == THREAD_READY && !t->held)
				return t;
		} while (t != current);
		if (deadline == CLOCK_FOREVER)
			return NULL;
		clock_sleep_until(deadline);
	}
}
