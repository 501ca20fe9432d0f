/* SPDX-License-Identifier: MIT */
/* Signals that wait to be delivered: to a task, or to whichever task of a process takes them. */
#ifndef PENDING_H
#define PENDING_H

#include <asm/siginfo.h>
#include <stdbool.h>
#include <stdint.h>

struct pending;

/*
 * Adds a signal. A standard signal waits once, one of a timer or a realtime signal is queued. There
 * are `limit` at most of those that a program has sent so. Returns 0 or -EAGAIN.
 */
int pending_add(struct pending *pending, const siginfo_t *info, uint64_t limit, bool of_timer);

/*
 * The signal of a timer has its place among these from the timer's beginning to its end, whether it
 * waits or not: timer_create(2). False: there are as many.
 */
bool pending_reserve(uint64_t limit);
void pending_unreserve(void);

/* Takes a pending signal; of those of one number the oldest. Did a timer send it? */
siginfo_t signal_dequeue(struct pending *pending, unsigned sig, bool *of_timer);

/* Drops those of a set; those that a timer has sent, by its number. */
void pending_drop(struct pending *pending, uint64_t set);
void pending_drop_timer(struct pending *pending, int id);

#endif
