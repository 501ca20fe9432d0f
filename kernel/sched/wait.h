/* SPDX-License-Identifier: MIT */
/*
 * How a thread waits: on the queues of what can wake it, until a deadline. The kernel itself
 * never waits. A call marks its thread and returns; thread.h tells the rest.
 */
#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "../host/clock.h"
#include "thread.h"

struct wait_watch;

/*
 * Those that wait, by priority and then in the order in which they began; and who watches it.
 * Zeros: empty.
 */
struct wait_queue {
	struct wait_entry *first, *last;
	struct wait_watch *watches; /* exclusive ones last */
};

/* Who is told each time that a queue is woken, for as long as it watches: epoll(7) does. */
struct wait_watch {
	struct wait_queue *queue; /* NULL: none */
	struct wait_watch *next, *previous;
	/* Is told of each, if none before it has woken somebody: EPOLLEXCLUSIVE. */
	bool exclusive;
	unsigned events; /* of poll(2), that it wants to be told of */
	/*
	 * There may be some of these events of poll(2). Returns whether that woke somebody. It
	 * neither begins nor ends a watch, and may wake another queue.
	 */
	bool (*notify)(struct wait_watch *watch, unsigned events);
};

/*
 * The current thread waits once its call returns. The call's result stands if
 * `deadline`, of clock_monotonic() or CLOCK_FOREVER, ends the wait. A futex's
 * wake makes it 0, a signal -EINTR.
 */
void wait_until(uint64_t deadline);

/* The same until a clock of CPU time shows `used`. */
void wait_until_used(struct cpu_clock *clock, uint64_t used);

/*
 * The same as wait_until() for a call that is restarted after the wait. What this returns is to be
 * returned by the call, and stands for nothing. When the call is restarted, current->restart is
 * true, and current->deadline still that of the first time.
 */
int64_t wait_restart(uint64_t deadline, enum after_handler after_handler);

/*
 * What an operation fails with when the current process has been sent a signal that comes first.
 * No program sees it: the call returns what wait_restart_signal() does, which is wait_restart()
 * without a wait.
 */
#define ERESTARTSYS 512

int64_t wait_restart_signal(void);

/*
 * Adds the current thread, which is about to wait, to the end of a queue. Several
 * calls: it waits on several queues. Returns 0, or -ENOMEM for any but the first.
 */
int wait_on(struct wait_queue *queue);

/* The same for some events of poll(2) alone: another wakes it, too, but the host is asked for
 * these. */
int wait_on_for(struct wait_queue *queue, unsigned events);

/* Moves a thread that waits on one queue to the end of this one. */
void wait_requeue(struct thread *thread, struct wait_queue *queue);

/* Ends a wait: the thread is in no queue, and ready. Its call stays as it is. */
void wait_end(struct thread *thread);

/* Ends the waits of all in the queue: anything may have happened. */
void wait_wake(struct wait_queue *queue);

/* The same where these events of poll(2) alone can have come. */
void wait_wake_for(struct wait_queue *queue, unsigned events);

/* Begins a watch, whose other members are set; ends it, if it watches anything. */
void wait_watch_begin(struct wait_watch *watch, struct wait_queue *queue);
void wait_watch_end(struct wait_watch *watch);

/* Ends a wait: the call returns 0, even if it was to be restarted. */
void wait_finish(struct thread *thread);

/*
 * Ends a wait for a signal. The call returns -EINTR, but not if it was to be
 * restarted: then whoever delivers the signal decides.
 */
void wait_interrupt(struct thread *thread);

#endif
