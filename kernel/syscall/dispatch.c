/* SPDX-License-Identifier: MIT */
/* System calls that don't go straight from trap.S to their handler. */
#include <asm/errno.h>

#include "../entry/return.h"
#include "../proc/exit.h"
#include "../proc/tracer.h"
#include "../sched/trampoline.h"
#include "syscall.h"
#include "trace.h"

/* Makes the call of the frame. Returns its result. */
static int64_t make(const struct trap_frame *frame)
{
	return (uint32_t)frame->rax < syscall_count ? syscall_invoke(frame) : -ENOSYS;
}

void syscall_dispatch(struct trap_frame *frame)
{
	/* The kernel is in the midst of a switch or a wait of this task. It can make no call. */
	if (trampoline_is_spoilt(frame))
		process_kill(SIGKILL);
	if (tracer)
		trace_dispatch(frame);
	else
		frame->rax = make(frame);
	if (work_pending)
		return_work(frame);
}
