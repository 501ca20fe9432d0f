/* SPDX-License-Identifier: MIT */
/*
 * Threads: registers that take turns on the one vCPU. What else belongs to a
 * thread of a program is in proc/process.h.
 *
 * The model, whole:
 *
 * One kernel stack. Ring 0 runs one call or one exception at a time, from its entry
 * in trap.S to its end, with interrupts off. Nothing is left on the stack when
 * ring 3 goes on. So the stack has a fixed address, no lock is needed, and a
 * thread that doesn't run is no more than its struct. Each entry leaves the
 * registers of ring 3 at the top of the stack, in user_frame.
 *
 * Calls that wait are restarted. A call can't sleep in the middle, for its stack is
 * the next thread's. It enters its thread into the queues of what can wake it
 * (wait_on), marks it as waiting (wait_until, wait_restart) and returns. The rest is
 * done by entry/return.c before ring 3 goes on: it saves the registers and
 * switches. wait_restart() sets RIP back to the `syscall` instruction. Once the thread
 * is woken it makes the call again from its start, with the same arguments, and the
 * call either finds what it waited for or waits again. What a call must remember is
 * in struct thread: the deadline, and for a write how much is done.
 *
 * Work pending. The way back to ring 3 looks at one byte, work_pending. Whoever makes the
 * current thread wait, yield, or have a signal sets it.
 *
 * A switch. The general registers are copied between the trap frame and the struct, FS
 * base and GS base go by rdmsr and wrmsr. The kernel never touches the state of FPU
 * and SIMD units: each thread has an area for it in the program's memory, and the
 * switch passes through code in ring 3 that saves the one and restores the
 * other (trampoline.S), with rt_sigreturn at its end. A program with one thread never
 * goes there. The areas and that code are the program's to spoil, and spoil nothing else: on the
 * way no system call is made but that last one.
 * From one process to another it takes two rounds, for each can reach its own area alone: the
 * one that leaves saves its state in its own space, and comes back; then the other restores.
 *
 * Turns. All threads, of all processes, are in a ring. Of those that are ready and have the highest
 * priority the next one in the ring is the one that runs. A thread runs until it waits, yields,
 * ends, or one of a higher priority becomes ready; while others are ready, for TURN_NSEC at most:
 * then the timer's interrupt (tick.h) has it yield. That comes in ring 3 alone, and does nothing on
 * the way through the trampoline, where the registers are not the thread's. When none is ready, the
 * host sleeps until the next deadline or waits for its files (hostwait.h); with neither the
 * program is at an end (deadlock).
 */
#ifndef THREAD_H
#define THREAD_H

#include <stdbool.h>

#include "../types.h"
#include "../x86/trap_frame.h"
#include "cpu_clock.h"

enum thread_state {
	THREAD_READY, /* in no queue */
	THREAD_WAITS, /* for its deadline, what its queues are of, or a signal */
};

/* What becomes of a call that waits when a signal's handler has run. */
enum after_handler {
	RESTART_NEVER,	   /* it is -EINTR */
	RESTART_BY_ACTION, /* restarted if the action has SA_RESTART, else -EINTR */
	RESTART_ALWAYS,
};

/* A thread's place in a queue: wait.h. */
struct wait_entry {
	struct wait_queue *queue; /* NULL: none, the entry is free */
	struct thread *thread;
	unsigned events;		    /* of poll(2), that it waits for */
	struct wait_entry *next, *previous; /* in the queue */
	struct wait_entry *more;	    /* the same thread's next entry */
};

/* What is done when the trampoline comes back. */
enum after_switch {
	SWITCH_ARRIVES, /* the thread goes on */
	SWITCH_LEAVES,	/* its FPU state is saved: it is another's turn */
	SWITCH_CALLS,	/* its FPU state is saved: its call is made again, with fpu_saved */
	SWITCH_DUMPS,	/* its FPU state is saved for its core: proc/core.h */
};

struct file;
struct space;

struct thread {
	struct thread *next; /* a ring of all */
	int tid;
	int tgid;	     /* the number of its process */
	struct space *space; /* that it runs in, with a reference */
	enum thread_state state;
	bool held;	/* it is stopped: not ready, whatever its state */
	bool kill_only; /* no signal but SIGKILL ends its wait */
	bool fpu_saved; /* see SWITCH_CALLS */
	enum after_switch after_switch;
	uint64_t deadline;	/* of clock_monotonic(), or CLOCK_FOREVER */
	struct timer wakeup;	/* at its deadline, while it waits */
	struct wait_entry wait; /* in the first queue; others hang on it */

	/* See futex.c, while it waits for one. */
	const struct space *futex_space; /* whose futex it is, NULL: shared memory's */
	uint64_t futex;			 /* its address there; of shared memory, the physical one */
	paddr_t futex_frame;		 /* which that is in, with a reference; or 0 */
	uaddr_t futex_user;		 /* the address that the thread gave */
	uint32_t futex_mask;		 /* of FUTEX_WAIT_BITSET */
	struct thread *futex_owner;	 /* the futex's, if the thread waits to own it; else NULL */

	unsigned semaphore; /* See ipc/sysv_sem.c, while it waits for one. */
	/* While it waits in the queue of fs/lock.c: whose lock it wants, and whose is in the way.
	 */
	const void *lock_owner, *lock_blocker;

	/* Of the call that waits, or is restarted. */
	bool restart;			  /* it is restarted, until the same deadline */
	bool interrupted;		  /* if `restart`: a signal has ended the wait */
	enum after_handler after_handler; /* likewise */
	uint64_t progress;		  /* if `restart`: bytes that it has written before */
	struct file *opening; /* the end of a pipe that open(2) waits with: fs/fifo.h; or NULL */
	uaddr_t rest;	      /* where a sleep that is interrupted tells what is left of it, or 0 */
	uint64_t messages_until; /* if `restart`: when the timeout of recvmmsg(2) is over */

	/* A call of it is traced that hasn't returned: proc/tracer.h. */
	bool traced;
	uint32_t traced_number;
	struct cpu_clock cpu;	       /* what it has used */
	struct cpu_clock *process_cpu; /* what all threads of its process have */

	int nice;	 /* setpriority(2) */
	unsigned policy; /* SCHED_*, sched(7) */
	int priority;	 /* 1 to 99 of SCHED_FIFO and SCHED_RR, else 0 */
	/* Nanoseconds, PR_SET_TIMERSLACK, and what it had at its start; 0: as the first thread. */
	uint64_t timer_slack, timer_slack_start;

	/* While another runs. */
	struct trap_frame frame;
	uint64_t fs_base, gs_base;
	uaddr_t fpu; /* where the FPU state is, 0: the thread has no area yet */
};

/* The thread that runs. */
extern struct thread *current;

/* Has a thread become ready that goes before the current one? Then work is pending, too. */
extern bool outranked;

/* Is there something to be done before the current thread goes on? See entry/return.h. */
extern bool work_pending;

/* Has its turn ended, or has it given it up? Then work is pending, too. */
extern bool yields;

/* When its turn ends, by clock_monotonic(). CLOCK_FOREVER: tick.h has found no other that is ready.
 */
extern uint64_t turn_end;

/* Lets the other threads run first, once the current call or interrupt is done. */
static inline void thread_yield(void)
{
	yields = work_pending = true;
}

/* Another thread is ready: the current one's turn must end, so tick_arm() is due. */
static inline void thread_limit_turn(void)
{
	if (turn_end == CLOCK_FOREVER)
		work_pending = true;
}

/* Looks whether a thread that is ready, maybe since now, goes before the current one. */
static inline void thread_rank(const struct thread *thread)
{
	if (thread->priority > current->priority)
		outranked = work_pending = true;
}

/* The thread with this number, or NULL. */
struct thread *thread_find(uint64_t tid);

/* How many threads there are, of all processes. */
unsigned thread_count(void);

/* Puts a new thread into the ring, behind the current one. */
void thread_add(struct thread *thread);

/* Takes a thread out of the ring. The current one stays its place in it: what comes next. */
void thread_remove(struct thread *thread);

#endif
