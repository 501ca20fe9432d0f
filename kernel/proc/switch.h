/* SPDX-License-Identifier: MIT */
/* From one thread to another, with all that belongs to its process. See sched/thread.h. */
#ifndef SWITCH_H
#define SWITCH_H

#include <stdbool.h>

#include "../sched/thread.h"

/*
 * Lets the thread whose turn it is go on, by the registers in its struct. Returns true if that is
 * the current one, false if there is none.
 */
bool switch_schedule(void);

/* The current thread has saved its FPU state (SWITCH_LEAVES). Returns if it is its turn after all.
 */
void switch_leave(void);

/* Makes another thread the current one. The state of the FPU goes to `save_fpu`, in its space, 0:
 * it is lost. */
void switch_to(struct thread *next, uaddr_t save_fpu) __attribute__((noreturn));

/*
 * Has the current thread's FPU state saved, and then its call made again, with the trap frame.
 * An area must be there: switch_prepare().
 */
void switch_save_and_call(const struct trap_frame *frame) __attribute__((noreturn));

/* Sees to it that the current thread has an area for its FPU state. Returns 0 or -ENOMEM. */
int switch_prepare(void);

#endif
