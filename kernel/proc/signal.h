/* SPDX-License-Identifier: MIT */
/* Signals: a program's to itself, and those of its faults. See signal(7). */
#ifndef SIGNAL_H
#define SIGNAL_H

#include <asm/siginfo.h>
#include <asm/signal.h>
#include <stdbool.h>

#include "../x86/trap_frame.h"

#define SIGNAL_COUNT	64
#define SIGNAL_BIT(sig) (UINT64_C(1) << ((sig)-1))

struct thread;
struct queued_signal;

/* Signals that wait to be delivered; signal n is bit n - 1. */
struct pending {
	uint64_t set;
	struct queued_signal *queue; /* what is known of them, oldest first */
};

/* Of a thread. */
struct signals {
	uint64_t blocked;
	struct pending pending;	      /* for this thread alone */
	uint64_t saved;		      /* the mask that a handler returns to, if `restore` */
	bool restore;		      /* rt_sigsuspend() and its like have put another in place */
	uint64_t awaited;	      /* what rt_sigtimedwait() waits for, while it does */
	uint64_t alt_start, alt_size; /* sigaltstack(2); size 0: none */
};

/* What the program starts with: signals that it ignores, and blocks. Bit n - 1 is signal n. */
void signal_init(uint64_t ignored, uint64_t blocked);

/* The action for a signal, 1 to SIGNAL_COUNT. */
const struct sigaction *signal_action(unsigned sig);

/* Changes it; not that of SIGKILL or SIGSTOP. A handler needs the trampoline. */
void signal_set_action(unsigned sig, const struct sigaction *action);

/*
 * Sends a signal to a thread; NULL: to the process, for any thread that takes
 * it. Returns 0, or -EAGAIN: out of memory for one that must be queued.
 */
int signal_send(struct thread *thread, const siginfo_t *info);

/* A siginfo_t with a signal and a code, the rest 0, as for the kernel or this process as sender. */
siginfo_t signal_info(int sig, int code);

/* What is pending for the current thread, blocked or not. */
uint64_t signal_pending(void);

/*
 * The current thread did something that raises a signal: it is delivered even
 * if ignored, and ends the program if blocked. `frame` is where it happened.
 */
void signal_force(struct trap_frame *frame, const siginfo_t *info);

/* Would signal_force() run a handler? */
bool signal_has_handler(unsigned sig);

/* Sets what the current thread blocks; SIGKILL and SIGSTOP stay open. */
void signal_set_blocked(uint64_t set);

/*
 * For calls that take a mask: puts that at `user` in place until the call has
 * returned, or a handler that it lets through has. 0: there is none. Returns 0, -EINVAL or -EFAULT.
 */
int signal_mask_for_call(uint64_t user, uint64_t bytes);

/* Does the thread wait while a signal is there for it? Then ends its wait. */
bool signal_interrupt_wait(struct thread *thread);

/* Delivers what is pending to the current thread, which goes on with the frame. */
void signal_deliver(struct trap_frame *frame);

/* Takes one of `set` that is pending for the current thread. False: none is. */
bool signal_take(uint64_t set, siginfo_t *info);

/* rt_sigreturn(2): sets the frame to what the handler's frame on the stack says. */
void signal_return(struct trap_frame *frame) __attribute__((noreturn));

/* The current thread's alternate stack as sigaltstack(2) tells it, for a stack pointer; sets it. */
stack_t signal_alt_stack(uint64_t rsp);
void signal_set_alt_stack(const stack_t *stack);

/*
 * Pushes the frame of a handler and lets `frame` go on there; when it returns, the
 * mask of the current thread will be `mask`. Returns 0 or -EFAULT.
 */
int sigframe_push(struct trap_frame *frame, const siginfo_t *info, const struct sigaction *action,
		  uint64_t mask);

/*
 * Takes the handler's frame that `frame` has its stack pointer behind, and
 * restores what it says. The FPU state comes first, in a round through the
 * trampoline: then this doesn't return, but is called again. Returns 0 or -EFAULT.
 */
int sigframe_pop(struct trap_frame *frame);

/* Bytes that a handler's frame takes on the stack, at most. */
uint64_t signal_frame_size(void);

/* A thread ends: drops what is pending for it alone. */
void signal_forget(struct thread *thread);

#endif
