/* SPDX-License-Identifier: MIT */
/* Whose turn it is. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "thread.h"

/* Lets the other threads run first, once the current call returns. */
void schedule_yield(void);

/* Does the current thread wait, or yield? Asked once: it forgets the latter. */
bool schedule_is_due(void);

/* The thread whose turn it is; sleeps until there is one. NULL: all wait, and nothing can wake one.
 */
struct thread *schedule_pick(void);

/*
 * Lets the thread whose turn it is go on, by the registers in its struct. Returns true if that is
 * the current one, false if schedule_pick() finds none.
 */
bool schedule(void);

/* Makes another thread the current one. Saves the FPU state to `save_fpu` first, 0: it is lost. */
void schedule_switch(struct thread *next, uaddr_t save_fpu) __attribute__((noreturn));

#endif
