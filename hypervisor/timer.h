/* SPDX-License-Identifier: MIT */
/* The guest's timer: when it ends, KVM_RUN does, and the guest gets its interrupt. */
#ifndef TIMER_H
#define TIMER_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "kvm.h"

/*
 * Makes the timer, for the vCPU of this structure. There is none where KVM takes no events from
 * it (KVM_CAP_SYNC_REGS), where `ulimit -i` is reached, or where the host's kernel has none. Dies
 * of any other error. Before the sandbox.
 */
void timer_init(struct kvm_run *run);

/* The timer's number, as the sandbox must know it; -1: there is none. */
int timer_id(void);

/* Where the timeout of timer_poll() is: by its address the sandbox knows the only ppoll(2). */
const struct timespec *timer_timeout(void);

/*
 * Lets it end in so many microseconds, once; 0: never. What it was set to before is
 * void, even if it has ended and the guest hasn't had its interrupt yet. Returns 0 or -ENOSYS.
 */
int timer_set(uint32_t microseconds);

/*
 * Before each KVM_RUN: if the timer has ended, gives the guest its interrupt, or, where that
 * can't take one now, lets KVM tell as soon as it can (KVM_EXIT_IRQ_WINDOW_OPEN).
 */
void timer_raise(void);

/*
 * poll(2), for so many microseconds, UINT64_MAX: for ever. It ends with 0 as soon as the
 * timer has ended, even before. Returns how many are ready, or -errno.
 */
int timer_poll(struct pollfd *fds, unsigned count, uint64_t microseconds);

#endif
