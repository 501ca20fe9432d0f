/* SPDX-License-Identifier: MIT */
/* What is done before ring 3 goes on: another thread's turn, signals, restarts of calls. */
#include "return.h"

#include "../proc/deliver.h"
#include "../proc/process.h"
#include "../sched/schedule.h"

/* The current thread goes on: in a signal's handler, or with the call that it restarts. */
static void resume(struct trap_frame *frame)
{
	signal_deliver(frame);
	/* When that call has come to an end, return_work() is to know. */
	work_pending = current->restart;
}

void return_work(struct trap_frame *frame)
{
	struct thread *thread = current;

	if (thread->state == THREAD_READY)
		thread->restart = false;
	if (schedule_is_due()) {
		thread->frame = *frame;
		if (!signal_interrupt_wait(task_of(thread)) && !schedule())
			process_deadlock();
		*frame = thread->frame;
	}
	resume(frame);
}

void return_arrive(void)
{
	struct trap_frame frame = current->frame;

	resume(&frame);
	trap_return(&frame);
}
