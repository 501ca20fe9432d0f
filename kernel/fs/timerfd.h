/* SPDX-License-Identifier: MIT */
/* Timers that are files: timerfd_create(2). */
#ifndef TIMERFD_H
#define TIMERFD_H

#include "file.h"

/* Makes a timer by the time, which its clock shows so far ahead of clock_monotonic(). Or NULL. */
struct file *timerfd_new(unsigned flags, uint64_t ahead);

/* Is it one? */
bool timerfd_is(const struct file *file);

/* How far ahead its clock is. */
uint64_t timerfd_ahead(const struct file *file);

/*
 * Sets it to `expires` of clock_monotonic(), 0: it is stopped, and from then on every
 * `interval` nanoseconds, 0: never again. What it has counted is void.
 */
void timerfd_set(struct file *file, uint64_t expires, uint64_t interval);

/* Tells how long it is until it expires, 0: it doesn't; and its interval. */
void timerfd_get(struct file *file, uint64_t *left, uint64_t *interval);

#endif
