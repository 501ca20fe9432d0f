/* SPDX-License-Identifier: MIT */
/* Timers that are files: timerfd_create(2). */
#ifndef TIMERFD_H
#define TIMERFD_H

#include "file.h"

/* Makes a timer whose clock is so far ahead of clock_monotonic(). NULL: out of memory. */
struct file *timerfd_new(unsigned flags, uint64_t ahead);

/* Is the file a timer? */
bool timerfd_is(const struct file *file);

/* How far ahead its clock is. */
uint64_t timerfd_ahead(const struct file *file);

/*
 * Has it expire at `expires` of clock_monotonic(), and from then on every `interval` nanoseconds,
 * 0: once. With `expires` 0 it is stopped. What it has counted is void.
 */
void timerfd_set(struct file *file, uint64_t expires, uint64_t interval);

/* Tells how long it is until it expires, 0: it doesn't; and its interval. */
void timerfd_get(struct file *file, uint64_t *left, uint64_t *interval);

#endif
