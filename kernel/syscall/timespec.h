/* SPDX-License-Identifier: MIT */
/* Times that a program gives. */
#ifndef TIMESPEC_H
#define TIMESPEC_H

#include <stdint.h>

/* Reads a struct timespec as nanoseconds, or CLOCK_FOREVER. Returns 0, -EFAULT or -EINVAL. */
int timespec_from_user(uint64_t user, uint64_t *nsec);

/* Writes one. Returns 0 or -EFAULT. */
int timespec_to_user(uint64_t user, uint64_t nsec);

/* The deadline of a wait of so many nanoseconds that begins now. */
uint64_t deadline_after(uint64_t nsec);

#endif
