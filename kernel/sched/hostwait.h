/* SPDX-License-Identifier: MIT */
/*
 * Waits for what the host's side does with the files that the machine started with. The host
 * is asked while nothing else can run, and at the end of each turn.
 */
#ifndef HOSTWAIT_H
#define HOSTWAIT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a file of the host's, one of BOOT_FDS, is ready for now: of `events`, or of what
 * poll(2) tells unasked. A host that can't tell says that it is all of them.
 */
unsigned hostwait_poll(int host, unsigned events);

/*
 * Enters the current thread to wait until the file is ready for one of `events`, POLLIN or
 * POLLOUT among them. Returns 0 or -ENOMEM, as wait_on().
 */
int hostwait_on(int host, unsigned events);

/* Does a thread wait so? */
bool hostwait_is_on(void);

/* Ends the waits of those whose file is ready now. */
void hostwait_look(void);

/* Waits for a file to be ready, until `deadline` of clock_monotonic() at most; then the same. */
void hostwait_sleep(uint64_t deadline);

#endif
