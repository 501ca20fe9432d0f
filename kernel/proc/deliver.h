/* SPDX-License-Identifier: MIT */
/* What is done about a signal: handlers, restarts of calls, default actions. */
#ifndef DELIVER_H
#define DELIVER_H

#include "../x86/trap_frame.h"
#include "signal.h"

/* Delivers what is pending to the current task, which goes on with the trap frame. */
void signal_deliver(struct trap_frame *frame);

/*
 * Delivers a signal that the current task itself has raised, by a fault say. If it is blocked or
 * ignored, it ends the program. `frame` has the registers of the fault.
 */
void signal_force(struct trap_frame *frame, const siginfo_t *info);

/* Takes one of `set` that is pending for the current task. False: none is. */
bool signal_take(uint64_t set, siginfo_t *info);

/* Would signal_force() run a handler? */
bool signal_has_handler(unsigned sig);

/* rt_sigreturn(2): sets the trap frame to what the signal frame on the stack says. */
void signal_return(struct trap_frame *frame);

#endif
