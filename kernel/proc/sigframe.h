/* SPDX-License-Identifier: MIT */
/* The signal frame: what a handler finds on the program's stack, and where it is put. */
#ifndef SIGFRAME_H
#define SIGFRAME_H

#include <asm/siginfo.h>
#include <asm/signal.h>

#include "../x86/trap_frame.h"

/*
 * Pushes the signal frame of a handler and lets `frame` go on there. When the handler returns, the
 * mask of the current task will be `mask`. Returns 0 or -EFAULT.
 */
int sigframe_push(struct trap_frame *frame, const siginfo_t *info, const struct sigaction *action,
		  uint64_t mask);

/*
 * Restores what a signal frame holds. The stack pointer of `frame` is where the handler's `ret` has
 * left it. The FPU state is restored first, by way of the trampoline: then this doesn't return, and
 * is called again. Returns 0 or -EFAULT.
 */
int sigframe_pop(struct trap_frame *frame);

/* Bytes that a signal frame takes on the stack, at most. */
uint64_t sigframe_size(void);

/* The current task's alternate stack as sigaltstack(2) tells it, for a stack pointer; sets it. */
stack_t sigframe_alt_stack(uint64_t rsp);
void sigframe_set_alt_stack(const stack_t *stack);

#endif
