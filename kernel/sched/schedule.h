/* SPDX-License-Identifier: MIT */
/* Whose turn it is. Who goes there is proc/switch.h. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "thread.h"

/* Lets the other threads run first, once the current call returns. */
void schedule_yield(void);

/* Does the current thread wait, or yield, or is it stopped? Asked once: it forgets the latter. */
bool schedule_is_due(void);

/* The thread whose turn it is; sleeps until there is one. NULL: all wait, and nothing can wake one.
 */
struct thread *schedule_pick(void);

#endif
