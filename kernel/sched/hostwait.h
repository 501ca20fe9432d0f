/* SPDX-License-Identifier: MIT */
/*
 * Waits for what the host's side does with the files that the machine started with. The host
 * is asked while nothing else can run, and at the end of each turn.
 */
#ifndef HOSTWAIT_H
#define HOSTWAIT_H

#include <stdbool.h>
#include <stdint.h>

struct wait_queue;

/* Where threads wait for a file of the host's, one of BOOT_FDS, and epoll(7) watches it. */
struct wait_queue *hostwait_queue(int host);

/*
 * What that file is ready for now: of `events`, or of what poll(2) tells unasked. A host that
 * can't tell says that it is all of them.
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
