/* SPDX-License-Identifier: MIT */
/*
 * Threads: they share all but their registers and signal masks, and take turns
 * on the one vCPU. A thread runs until it waits, yields or ends. The kernel has one stack and
 * never waits itself: a call that must wait marks its thread as waiting and returns; what wakes
 * the thread sets the call's result, or lets it make the call again.
 */
#ifndef THREAD_H
#define THREAD_H

#include "../host/clock.h"
#include "../types.h"
#include "signal.h"

#define THREAD_PID 100 /* of the process, and of its first thread */

#define THREAD_NAME_BYTES 16 /* with its NUL: prctl(2) */

enum thread_state {
	THREAD_READY,
	THREAD_WAITS,	    /* for its deadline, a signal, or whoever knows what else */
	THREAD_WAITS_FUTEX, /* and for a wake of `futex` */
	THREAD_WAITS_EVENT, /* and for thread_notify() */
};

/* Is a call that waits restarted after a signal's handler? If not, it is -EINTR. */
enum thread_restart {
	RESTART_NEVER,
	RESTART_BY_ACTION, /* if that has SA_RESTART */
	RESTART_ALWAYS,
};

struct clone_args; /* linux/sched.h */

struct thread {
	struct thread *next; /* a ring of all */
	int tid;
	enum thread_state state;
	uint64_t deadline;	     /* of clock_monotonic(), or CLOCK_FOREVER */
	uint64_t futex;		     /* the program's address of it */
	uint32_t futex_mask;	     /* of FUTEX_WAIT_BITSET */
	struct thread *futex_owner;  /* the futex's, if the thread waits to own it; else NULL */
	struct thread *queue_next;   /* of those that wait for futexes, see futex.c */
	struct thread **queue_link;  /* what points to this one there, NULL: nothing does */
	bool again;		     /* it makes its call again, until the same deadline */
	enum thread_restart restart; /* if `again`: is it after a handler? */
	uint64_t progress;	     /* bytes that the call has written before, if `again` */
	uint64_t rest;	     /* where a sleep that is interrupted tells what is left of it, or 0 */
	uaddr_t clear_tid;   /* zeroed and woken when the thread ends; set_tid_address(2) */
	uaddr_t robust_list; /* the program's address of its head, or 0; set_robust_list(2) */
	char name[THREAD_NAME_BYTES]; /* of PR_SET_NAME, prctl(2) */
	int nice;		      /* setpriority(2) */
	unsigned policy;	      /* SCHED_*, sched(7) */
	uint64_t timer_slack;	      /* nanoseconds, PR_SET_TIMERSLACK; 0: as at the start */
	struct signals signals;	      /* see signal.h */
	struct trap_frame frame;      /* its registers, while another runs */
	uint64_t fs_base, gs_base;    /* the same */
	uint64_t fpu;		      /* program's address where its FPU state waits, 0: none yet */
};

/* The thread that runs. */
extern struct thread *current;

/* Something is to be done before the current thread goes on: see thread_attend(). */
extern bool attention;

/* Names a thread, by as much as fits. */
void thread_set_name(struct thread *thread, const char *name);

/* The thread with this number, or NULL. */
struct thread *thread_find(uint64_t tid);

/* Is there a thread but the current one? */
bool thread_has_others(void);

/*
 * The current thread waits once its call returns. The call's result stands if
 * `deadline` ends the wait; a futex's wake makes it 0, a signal -EINTR.
 */
void thread_wait(enum thread_state state, uint64_t deadline);

/*
 * The same for a call that is made again after the wait: what it returns now,
 * which is the return value here, stands for nothing. When it is made again,
 * current->again tells it so, and current->deadline is still that of the first time.
 */
int64_t thread_wait_again(enum thread_state state, uint64_t deadline, enum thread_restart restart);

/* Ends a thread's wait: its call returns 0, be it one that would be made again. */
void thread_wake(struct thread *thread);

/* A signal ends a thread's wait. */
void thread_interrupt(struct thread *thread);

/* Something happened to a file: all that wait for such make their call again. */
void thread_notify(void);

/* Lets the other threads run first. */
void thread_yield(void);

/*
 * Called before a return to ring 3 if `attention` is set: delivers signals, or
 * goes on with another thread. Ends the program if all wait for each other.
 */
void thread_attend(struct trap_frame *frame);

/* Called by the trampoline's way back: goes on where the current thread was. Does not return. */
void thread_arrive(void) __attribute__((noreturn));

/*
 * clone(2) of a thread that starts with the registers of the frame. Of the
 * arguments, flags (which are checked), stack, parent_tid, child_tid and tls
 * count. Returns a negative errno, or doesn't return.
 */
int64_t thread_clone(const struct clone_args *args, struct trap_frame *frame);

/* Ends the current thread; with the last one, the program. */
void thread_exit(int status) __attribute__((noreturn));

#endif
