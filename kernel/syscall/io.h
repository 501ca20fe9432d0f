/* SPDX-License-Identifier: MIT */
/* What is the same for all calls that move data. */
#ifndef IO_H
#define IO_H

#include <linux/uio.h>

#include "../sched/wait.h"
#include "../types.h"

/* The vector that the current call names. */
extern struct iovec vector[UIO_MAXIOV];

/*
 * Copies and checks it, up to UIO_MAXIOV pieces. Returns the sum of their lengths, or a negative
 * errno.
 */
int64_t take_vector(uaddr_t user, unsigned count);

/*
 * Has a call that couldn't move anything wait on the queue for events of poll(2), for `timeout`
 * nanoseconds from its first time on, or CLOCK_FOREVER; it is restarted. What this returns is to be
 * returned by the call: -EAGAIN, if that time is over.
 */
int64_t io_wait(struct wait_queue *queue, unsigned events, uint64_t timeout);

/* Nobody reads what the call would write: sends SIGPIPE, and returns -EPIPE. */
int64_t io_broken(void);

#endif
