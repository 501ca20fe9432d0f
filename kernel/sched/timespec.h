/* SPDX-License-Identifier: MIT */
/* Times in the program's memory. */
#ifndef TIMESPEC_H
#define TIMESPEC_H

#include "../host/clock.h"
#include "../types.h"

/* Reads a struct timespec as nanoseconds, CLOCK_LONGEST at most. Returns 0, -EFAULT or -EINVAL. */
int timespec_from_user(uaddr_t user, uint64_t *nsec);

/* Writes one. Returns 0 or -EFAULT. */
int timespec_to_user(uaddr_t user, uint64_t nsec);

/* The same of a struct itimerspec. */
int itimerspec_from_user(uaddr_t user, uint64_t *interval, uint64_t *value);
int itimerspec_to_user(uaddr_t user, uint64_t interval, uint64_t value);

#endif
