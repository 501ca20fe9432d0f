/* SPDX-License-Identifier: MIT */
/* The frame of a signal handler on the program's stack, in Linux's layout. */
#ifndef SIGFRAME_H
#define SIGFRAME_H

#include <asm/siginfo.h>
#include <asm/signal.h>
#include <stdint.h>

#include "../trap.h"

/*
 * Pushes the frame of a handler and lets `frame` go on there; when it returns, the
 * mask of the current thread will be `mask`. Returns 0 or -EFAULT.
 */
int sigframe_push(struct trap_frame *frame, const siginfo_t *info, const struct sigaction *action,
		  uint64_t mask);

/*
 * Takes the handler's frame that `frame` has its stack pointer behind, and
 * restores what it says. The FPU state comes first, in a round through the
 * trampoline: then this doesn't return, but is called again. Returns 0 or -EFAULT.
 */
int sigframe_pop(struct trap_frame *frame);

#endif
