/* SPDX-License-Identifier: MIT */
/* What is done before ring 3 goes on: another thread's turn, signals, restarts of calls. */
#include "return.h"

#include <asm/errno.h>

#include "../proc/core.h"
#include "../proc/deliver.h"
#include "../proc/exit.h"
#include "../proc/switch.h"
#include "../proc/tracer.h"
#include "../sched/schedule.h"
#include "../sched/tick.h"

/* It is perhaps another thread's turn. Returns if it isn't: the frame is that to go on with. */
static void take_turns(struct trap_frame *frame)
{
	current->frame = *frame;
	while (!signal_interrupt_wait(task_current())) {
		int error = switch_schedule();

		if (!error)
			break;
		if (error == -EDEADLK)
			process_deadlock();
		process_out_of_memory();
	}
	*frame = current->frame;
}

/*
 * Delivers signals. Not where the current thread has got what its call waited for: the call is
 * made again first, as Linux's loops look for that before they look for a signal.
 */
static void deliver(struct trap_frame *frame)
{
	if (!current->restart || current->interrupted)
		signal_deliver(frame);
}

/* A call that was traced before it waited has returned. */
static void trace_return(const struct trap_frame *frame)
{
	if (current->traced && current->state == THREAD_READY && !current->restart)
		tracer->done(frame);
}

/* The current thread goes on: in a signal's handler, or with the call that it restarts. */
static void resume(struct trap_frame *frame)
{
	trace_return(frame);
	deliver(frame);
	while (current->held) {
		take_turns(frame);
		deliver(frame);
	}
	tick_arm();
	/* When that call has come to an end, return_work() is to know. */
	work_pending = current->restart;
}

void return_resume(struct trap_frame *frame)
{
	resume(frame);
	trap_return(frame);
}

void return_work(struct trap_frame *frame)
{
	/* The call was made again, and has come to an end. */
	if (current->state == THREAD_READY && frame->vector == VECTOR_SYSCALL)
		current->restart = false;
	else if (current->restart) /* RIP is that of `syscall`; RCX is as the call left it */
		frame->rcx = frame->rip + SYSCALL_BYTES;
	if (schedule_is_due())
		take_turns(frame);
	resume(frame);
}

/* The current thread has saved its FPU state for a call that is now made again. */
static _Noreturn void call_again(void)
{
	struct trap_frame *frame = &user_frame;

	*frame = current->frame;
	current->fpu_saved = true;
	frame->rax = syscall_invoke(frame);
	current->fpu_saved = false;
	trace_return(frame);
	if (work_pending)
		return_work(frame);
	trap_return(frame);
}

void return_arrive(void)
{
	enum after_switch after = current->after_switch;
	struct trap_frame frame;

	current->after_switch = SWITCH_ARRIVES;
	if (after == SWITCH_CALLS)
		call_again();
	if (after == SWITCH_DUMPS)
		core_arrive();
	if (after == SWITCH_LEAVES && switch_leave() < 0)
		process_deadlock();
	frame = current->frame;
	if (current->state == THREAD_READY)
		resume(&frame);
	else /* vfork(2): it waits for its child */
		return_work(&frame);
	trap_return(&frame);
}
