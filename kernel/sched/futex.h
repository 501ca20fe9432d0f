/* SPDX-License-Identifier: MIT */
/* Futexes: words of the program's memory that its threads wait for. See futex(2). */
#ifndef FUTEX_H
#define FUTEX_H

#include <stdbool.h>

#include "../types.h"

struct space;
struct thread;

/*
 * Which futex an address of the program's memory is: one of its space, or, in shared
 * memory, one that other spaces have, too, unless `is_private`. Returns -EFAULT or -ENOMEM if that
 * can't be told; with `is_private`, 0.
 */
struct futex_key {
	const struct space *space; /* NULL: shared */
	uint64_t at;		   /* address; shared: physical */
	uaddr_t user;		   /* the address that was given */
};

int futex_key(struct futex_key *key, uaddr_t futex, bool is_private);

/*
 * The current thread waits for a wake of the futex that has a bit of `mask`,
 * if the futex still holds `expected`. Returns what the call is to return:
 * -EFAULT, -EAGAIN for another value, or -ETIMEDOUT, which stands if the
 * deadline of clock_monotonic() passes.
 */
int64_t futex_wait(const struct futex_key *futex, uint32_t expected, uint32_t mask,
		   uint64_t deadline);

/*
 * Wakes at most `count` threads, and as on Linux at least one, that wait for
 * the futex and have a bit of `mask`; first those that began first. Returns how
 * many, or -EINVAL where one waits to own it.
 */
int64_t futex_wake(const struct futex_key *futex, int count, uint32_t mask);

/*
 * Lets at most `count` of those that wait for a futex wait for another, behind
 * those that do. Returns how many, or -EINVAL as above.
 */
int64_t futex_requeue(const struct futex_key *futex, int count, const struct futex_key *other);

/*
 * The current thread gets to own the futex, whose low bits are its owner's
 * number, 0 for none. Where another does it waits until that hands it over, or
 * until `deadline`: -ETIMEDOUT; unless `waits` is false: -EAGAIN. -EDEADLK:
 * the owner waits for the current thread; -ESRCH: the owner isn't there.
 */
int64_t futex_lock_pi(const struct futex_key *futex, uint64_t deadline, bool waits);

/* Hands the futex, which the current thread must own (-EPERM), to the first that waits for it. */
int64_t futex_unlock_pi(const struct futex_key *futex);

/*
 * The thread, whose space is the current one, is to end. Marks the futexes of its robust
 * list, at the program's address of its head or 0, as those of an owner that
 * died. Hands over those that others wait to own. Zeroes and wakes `clear_tid`,
 * unless that is 0: set_tid_address(2).
 */
void futex_thread_ends(struct thread *thread, uaddr_t robust_list, uaddr_t clear_tid);

#endif
