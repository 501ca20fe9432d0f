/* SPDX-License-Identifier: MIT */
/*
 * Waits until a file that the machine started with has data, or room. The host is asked while
 * nothing else can run, and at the end of each turn.
 */
#ifndef HOSTWAIT_H
#define HOSTWAIT_H

#include <stdbool.h>
#include <stdint.h>

struct wait_queue;

/* The queue of such a file, 0 to BOOT_FDS - 1: for threads that wait, and watches of epoll(7). */
struct wait_queue *hostwait_queue(int host);

/*
 * What the file is ready for now: of `events`, and of what poll(2) tells unasked. All of `events`
 * if the host can't tell.
 */
unsigned hostwait_poll(int host, unsigned events);

/* The program has made use of these events: who watches is told of the next ones. */
void hostwait_used(int host, unsigned events);

/* Does anything wait for such a file? */
bool hostwait_is_on(void);

/* Wakes those whose file is ready now. */
void hostwait_look(void);

/*
 * Waits for a file to be ready, until `deadline` of clock_monotonic() at most; then the same.
 * Returns false if none is, because the time is up or the timer's interrupt is due.
 */
bool hostwait_sleep(uint64_t deadline);

#endif
