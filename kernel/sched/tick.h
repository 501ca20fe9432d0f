/* SPDX-License-Identifier: MIT */
/*
 * The timer's interrupt: it ends turns, and fires timers. It is asked for only while more
 * than one thread could run, or a timer is set. Another program never sees it.
 */
#ifndef TICK_H
#define TICK_H

#include <stdbool.h>

#include "../vdso/clock_page.h"

#define TURN_NSEC (NSEC_PER_SEC / 100) /* that a thread has while others are ready */

/* The interrupt has come, in ring 3. Fires timers, and ends the turn if it has been long enough. */
void tick_interrupt(void);

/* Before ring 3 goes on: sees to it that the interrupt comes in time. */
void tick_arm(void);

/* A timer was set: tick_arm() has to look. */
void tick_set(void);

/* Another thread is the current one from here on. */
void tick_new_turn(void);

/* Would anything be late if the host blocked the machine now? */
bool tick_is_needed(void);

/* The interrupt has come while the trampoline is at work: it is to come again. */
void tick_put_off(void);

/* The host has waited until the interrupt was due. Nothing is left for it to do: drops it. */
void tick_drop(void);

#endif
