/* SPDX-License-Identifier: MIT */
/* What is the same for all calls that wait for one of several files. */
#ifndef POLL_H
#define POLL_H

#include <stdint.h>

/*
 * The end of a call that found `ready` files, and that is in the queues of what can make one ready:
 * it returns; or, if there are none, it waits for `timeout` nanoseconds, counted from its first
 * time on, and is restarted. What this returns is to be returned by the call.
 */
int64_t poll_finish(int64_t ready, uint64_t timeout);

/* Leaves the queues if the call doesn't wait after all. Returns `result`. */
int64_t poll_leave(int64_t result);

#endif
