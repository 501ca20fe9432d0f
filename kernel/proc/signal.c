/* SPDX-License-Identifier: MIT */
/* Signals: which is pending for whom, and what is done about it. */
#include "signal.h"

#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <stddef.h>

#include "../lib/printk.h"
#include "../mm/kmalloc.h"
#include "process.h"
#include "sigframe.h"
#include "thread.h"

#define UNBLOCKABLE (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))

/* Signals that a fault raises go first: they must find the state that they are about. */
#define SYNCHRONOUS                                                                                \
	(SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) |     \
	 SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSYS))

/* Default actions, of all others that is the program's end. */
#define IGNORED_BY_DEFAULT                                                                         \
	(SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGURG) | SIGNAL_BIT(SIGWINCH))
#define STOPS_BY_DEFAULT                                                                           \
	(SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))

struct queued_signal {
	struct queued_signal *next;
	siginfo_t info;
};

static struct sigaction actions[SIGNAL_COUNT];

const struct sigaction *signal_action(unsigned sig)
{
	return &actions[sig - 1];
}

static bool is_ignored(unsigned sig)
{
	__sighandler_t handler = signal_action(sig)->sa_handler;

	return handler == SIG_IGN || (handler == SIG_DFL && IGNORED_BY_DEFAULT & SIGNAL_BIT(sig));
}

bool signal_has_handler(unsigned sig)
{
	__sighandler_t handler = signal_action(sig)->sa_handler;

	return handler != SIG_IGN && handler != SIG_DFL &&
	       !(current->signals.blocked & SIGNAL_BIT(sig));
}

/* Takes a signal that is pending; one without an entry was sent when memory was out. */
static void dequeue(struct signals *signals, unsigned sig, siginfo_t *info)
{
	struct queued_signal **at = &signals->queue;
	struct queued_signal *entry;
	bool more = false;

	*info = (siginfo_t){.si_signo = sig};
	while (*at && (*at)->info.si_signo != (int)sig)
		at = &(*at)->next;
	entry = *at;
	if (entry) {
		*info = entry->info;
		*at = entry->next;
		kfree(entry);
		for (entry = *at; entry; entry = entry->next)
			more |= entry->info.si_signo == (int)sig;
	}
	if (!more)
		signals->pending &= ~SIGNAL_BIT(sig);
}

void signal_set_action(unsigned sig, const struct sigaction *action)
{
	struct thread *t = current;
	siginfo_t info;

	actions[sig - 1] = *action;
	/* sigaction(2): to ignore a signal drops those that are pending. */
	do {
		while (is_ignored(sig) && t->signals.pending & SIGNAL_BIT(sig))
			dequeue(&t->signals, sig, &info);
		t = t->next;
	} while (t != current);
}

static uint64_t deliverable(const struct signals *signals)
{
	return signals->pending & ~signals->blocked;
}

int signal_send(struct thread *thread, const siginfo_t *info)
{
	struct signals *signals = &thread->signals;
	unsigned sig = info->si_signo;
	uint64_t bit = SIGNAL_BIT(sig);
	struct queued_signal **last = &signals->queue;
	struct queued_signal *entry;

	if (is_ignored(sig) && !(signals->blocked & bit))
		return 0;
	if (signals->pending & bit && sig < SIGRTMIN)
		return 0;
	entry = kmalloc(sizeof(*entry));
	if (!entry && sig >= SIGRTMIN)
		return -EAGAIN;
	if (entry) {
		*entry = (struct queued_signal){.info = *info};
		while (*last)
			last = &(*last)->next;
		*last = entry;
	}
	signals->pending |= bit;
	if (thread == current)
		attention = true;
	else
		signal_interrupt_wait(thread);
	return 0;
}

bool signal_take(uint64_t set, siginfo_t *info)
{
	set &= current->signals.pending;
	current->signals.awaited = 0;
	if (!set)
		return false;
	dequeue(&current->signals, __builtin_ctzll(set) + 1, info);
	return true;
}

void signal_forget(struct signals *signals)
{
	siginfo_t info;

	while (signals->pending)
		dequeue(signals, __builtin_ctzll(signals->pending) + 1, &info);
}

void signal_set_blocked(uint64_t set)
{
	current->signals.blocked = set & ~UNBLOCKABLE;
	attention = true;
}

bool signal_interrupt_wait(struct thread *thread)
{
	uint64_t signals = deliverable(&thread->signals);

	if (thread->state == THREAD_READY)
		return false;
	if (thread->signals.pending & thread->signals.awaited) {
		thread->state = THREAD_READY;
		return true;
	}
	while (signals) {
		unsigned sig = __builtin_ctzll(signals) + 1;

		if (!is_ignored(sig)) {
			if (!thread->again)
				thread->frame.rax = -EINTR;
			thread->state = THREAD_READY;
			return true;
		}
		signals &= signals - 1;
	}
	return false;
}

/* What a signal does that has no handler. */
static void default_action(unsigned sig)
{
	if (IGNORED_BY_DEFAULT & SIGNAL_BIT(sig))
		return;
	if (STOPS_BY_DEFAULT & SIGNAL_BIT(sig))
		printk("kernel: signal %u stops the program, and nothing could let it go on\n",
		       sig);
	process_kill(sig);
}

/* A call that was to be made again, for what it waited for wasn't there. */
static void leave_call(struct trap_frame *frame, const struct sigaction *action)
{
	bool restarts = frame->rax == __NR_read || frame->rax == __NR_write ||
			frame->rax == __NR_readv || frame->rax == __NR_writev;

	current->again = false;
	if (restarts && action->sa_flags & SA_RESTART)
		return;
	frame->rip += SYSCALL_BYTES;
	frame->rax = -EINTR;
}

/* Lets a thread go on in the handler of a signal. */
static void run_handler(struct trap_frame *frame, const siginfo_t *info)
{
	struct signals *signals = &current->signals;
	unsigned sig = info->si_signo;
	struct sigaction action = *signal_action(sig);
	uint64_t mask = signals->restore ? signals->saved : signals->blocked;

	if (current->again)
		leave_call(frame, &action);
	signals->restore = false;
	if (sigframe_push(frame, info, &action, mask) < 0) {
		printk("kernel: the stack at 0x%lx has no room for the handler of signal %u\n",
		       frame->rsp, sig);
		process_kill(SIGSEGV);
	}
	signals->blocked |= action.sa_mask;
	if (!(action.sa_flags & SA_NODEFER))
		signals->blocked |= SIGNAL_BIT(sig);
	signals->blocked &= ~UNBLOCKABLE;
	if (action.sa_flags & SA_RESETHAND)
		actions[sig - 1].sa_handler = SIG_DFL;
}

void signal_deliver(struct trap_frame *frame)
{
	struct signals *signals = &current->signals;
	uint64_t set;

	while ((set = deliverable(signals))) {
		unsigned sig = __builtin_ctzll(set & SYNCHRONOUS ? set & SYNCHRONOUS : set) + 1;
		__sighandler_t handler = signal_action(sig)->sa_handler;
		siginfo_t info;

		dequeue(signals, sig, &info);
		if (handler == SIG_DFL)
			default_action(sig);
		else if (handler != SIG_IGN)
			run_handler(frame, &info);
	}
	if (signals->restore) {
		signals->restore = false;
		signal_set_blocked(signals->saved);
	}
}

void signal_force(struct trap_frame *frame, const siginfo_t *info)
{
	if (!signal_has_handler(info->si_signo))
		process_kill(info->si_signo);
	run_handler(frame, info);
}

void signal_return(struct trap_frame *frame)
{
	if (sigframe_pop(frame) < 0)
		process_kill(SIGSEGV);
	signal_deliver(frame);
	trap_return(frame);
}
