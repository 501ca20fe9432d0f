/* SPDX-License-Identifier: MIT */
/* What is done before ring 3 goes on. */
#ifndef RETURN_H
#define RETURN_H

#include "../x86/trap_frame.h"

/*
 * Called before a return to ring 3 if work_pending is set, by trap.S too. Delivers
 * signals, restarts a call, or goes on with another thread; then it doesn't return.
 * Ends the program if all its threads wait for each other.
 */
void return_work(struct trap_frame *frame);

/* The current thread goes on with the frame, after all that is pending for it was done. */
void return_resume(struct trap_frame *frame) __attribute__((noreturn));

/* At the trampoline's end: goes on where the current thread was. */
void return_arrive(void) __attribute__((noreturn));

#endif
