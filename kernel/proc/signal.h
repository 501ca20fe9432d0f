/* SPDX-License-Identifier: MIT */
/* Signals: which is pending for whom. See signal(7). */
#ifndef SIGNAL_H
#define SIGNAL_H

#include <asm/siginfo.h>

#include "pending.h"
#include "process.h"

/* Is woken when a signal waits to be delivered, to whomever: signalfd(2). */
extern struct wait_queue signal_waits;

/* What the program starts with: signals that it ignores, and blocks. Bit n - 1 is signal n. */
void signal_init(uint64_t ignored, uint64_t blocked);

/* The current process's action for a signal, 1 to SIGNAL_COUNT. */
const struct sigaction *signal_action(unsigned sig);

/* Changes it; not that of SIGKILL or SIGSTOP. A handler needs the trampoline of its space. */
void signal_set_action(unsigned sig, const struct sigaction *action);

/*
 * Sends a signal to a task; to a process, for any task that takes it. Returns 0, or -EAGAIN: out
 * of memory for one that must be queued.
 */
int signal_send(struct task *task, const siginfo_t *info);

/* RLIMIT_FSIZE allows no such file: SIGXFSZ to the current task. Returns -EFBIG. */
int signal_file_too_large(void);
int signal_send_process(struct process *process, const siginfo_t *info);

/*
 * Sends the signal of a timer, which waits for itself, even if others of its number do. `task`:
 * NULL: to the process. Returns 1, 0: nobody wants it; or -EAGAIN.
 */
int signal_send_timer(struct process *process, struct task *task, const siginfo_t *info);

/* Takes back what a timer has sent, by its number. */
void signal_drop_timer(struct process *process, int id);
/* To all of a group; 0: to all there are but the current one. Returns 0 if one was sent it, -ESRCH:
 * there is none, or -EAGAIN. */
int signal_send_group(int group, const siginfo_t *info);

/* Sends the parent `sig` about a child, with a code: CLD_*. */
void signal_child(const struct process *child, int sig, int code);

/* execve(2): what has a handler has none; what is ignored stays so. */
void signal_reset_handlers(void);

/* Drops all that is pending. */
void signal_drop_all(struct pending *pending);

/* A siginfo_t with a signal and a code, the rest 0, as for the kernel or this process as sender. */
siginfo_t signal_info(int sig, int code);

/* What is pending for the current task, blocked or not. */
uint64_t signal_pending(void);

/* Default actions, signal(7). That of all others is the end of the process. */
#define SIGNAL_IGNORED                                                                             \
	(SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGURG) | SIGNAL_BIT(SIGWINCH))
#define SIGNAL_STOPS                                                                               \
	(SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))
#define SIGNAL_DUMPS                                                                               \
	(SIGNAL_BIT(SIGQUIT) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) | SIGNAL_BIT(SIGABRT) |    \
	 SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGSYS) |      \
	 SIGNAL_BIT(SIGXCPU) | SIGNAL_BIT(SIGXFSZ))

/* No task blocks these. */
#define SIGNAL_UNBLOCKABLE (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))

/* Sets what the current task blocks, but for those. */
void signal_set_blocked(uint64_t set);

/*
 * For calls that take a mask: sets the one at `user` until the call returns, or the handlers that
 * run before do. 0: the call has no mask. Returns 0, -EINVAL or -EFAULT.
 */
int signal_mask_for_call(uaddr_t user, uint64_t bytes);

/*
 * The end of such a call, if it doesn't wait: unless a signal has ended it, with -EINTR, signals
 * find the mask that there was before. Returns `result`.
 */
int64_t signal_mask_after_call(int64_t result);

/* Is a signal pending that the current task is to be delivered? */
bool signal_is_due(void);

/* Ends the task's wait if a signal is pending for it. Returns whether it did. */
bool signal_interrupt_wait(struct task *task);

/*
 * Stops a process by one of SIGNAL_STOPS, unless its group is orphaned. False: it is the only one,
 * and nothing could let it go on.
 */
bool signal_stop(struct process *process, int sig);

/* A task ends: drops what is pending for it alone. */
void signal_forget(struct task *task);

#endif
