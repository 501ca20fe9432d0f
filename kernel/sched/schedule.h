/* SPDX-License-Identifier: MIT */
/* Whose turn it is. Who goes there is proc/switch.h. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "thread.h"

/* Does the current thread wait, or yield, or is it stopped, or another's turn before its own? Asked
 * once: it forgets what isn't a state. */
bool schedule_is_due(void);

/* Gives a thread a policy, SCHED_*, and a priority of 1 to 99, 0 if the policy has none: sched(7).
 */
void schedule_set(struct thread *thread, unsigned policy, int priority);

/* What a new thread has of that which makes it: these two, and its nice value. */
void schedule_inherit(struct thread *child, const struct thread *parent);

/* The thread whose turn it is; sleeps until there is one. NULL: all wait, and nothing can wake one.
 */
struct thread *schedule_pick(void);

#endif
