/* SPDX-License-Identifier: MIT */
/* Whose turn it is. */
#include "schedule.h"

#include <stddef.h>

#include "../x86/x86.h"
#include "trampoline.h"
#include "wait.h"

static bool yields;

void schedule_yield(void)
{
	yields = work_pending = true;
}

bool schedule_is_due(void)
{
	bool due = current->state != THREAD_READY || yields;

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
			if (t->state == THREAD_READY)
				return t;
		} while (t != current);
		if (deadline == CLOCK_FOREVER)
			return NULL;
		clock_sleep_until(deadline);
	}
}

void schedule_switch(struct thread *next, uaddr_t save_fpu)
{
	current = next;
	work_pending = false; /* until it arrives: what faults on the way is not for it */
	wrmsr(MSR_FS_BASE, next->fs_base);
	wrmsr(MSR_GS_BASE, next->gs_base);
	trampoline_switch_fpu(save_fpu, next->fpu);
}

bool schedule(void)
{
	struct thread *before = current;
	struct thread *next = schedule_pick();

	if (!next)
		return false;
	if (next != before) {
		before->fs_base = rdmsr(MSR_FS_BASE);
		before->gs_base = rdmsr(MSR_GS_BASE);
		schedule_switch(next, before->fpu);
	}
	return true;
}
