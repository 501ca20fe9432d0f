/* SPDX-License-Identifier: MIT */
/* From one thread to another, with all that belongs to its process. See sched/thread.h. */
#ifndef SWITCH_H
#define SWITCH_H

#include <stdbool.h>

#include "../sched/thread.h"

/*
 * Lets the thread whose turn it is go on, by the registers in its struct. Returns 0 if that is the
 * current one, -EDEADLK: there is none, nor will there be; or -ENOMEM.
 */
int switch_schedule(void);

/*
 * Leaves the current thread, which has saved its FPU state (SWITCH_LEAVES). Returns 0 if it is its
 * turn again, or -EDEADLK, as switch_schedule() does.
 */
int switch_leave(void);

/*
 * Goes on with another thread. The FPU state is saved to `save_fpu`, in the space of the old one;
 * 0: it is lost.
 */
void switch_to(struct thread *next, uaddr_t save_fpu) __attribute__((noreturn));

/*
 * Saves the current thread's FPU state, then restarts its call with the trap frame. There must be
 * an area for the state: switch_prepare().
 */
void switch_save_and_call(const struct trap_frame *frame) __attribute__((noreturn));

/*
 * Saves the FPU state of the current thread, which ends, and comes back at core_arrive(). There
 * must be an area for it.
 */
void switch_save_and_dump(void) __attribute__((noreturn));

/* Sees to it that the current thread has an area for its FPU state. Returns 0 or -ENOMEM. */
int switch_prepare(void);

#endif
