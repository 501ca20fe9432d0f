/* SPDX-License-Identifier: MIT */
/* Signals: which is pending for whom, and what is done about it. */
#include "signal.h"

#include <asm/errno.h>

#include "../host/printk.h"
#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "process.h"
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
static struct pending process; /* for whichever thread takes them */

void signal_init(uint64_t ignored, uint64_t blocked)
{
	current->signals.blocked = blocked & ~UNBLOCKABLE;
	for (ignored &= ~UNBLOCKABLE; ignored; ignored &= ignored - 1)
		actions[__builtin_ctzll(ignored)].sa_handler = SIG_IGN;
}

const struct sigaction *signal_action(unsigned sig)
{
	return &actions[sig - 1];
}

siginfo_t signal_info(int sig, int code)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info)); /* all of it, for the program gets to see all of it */
	info.si_signo = sig;
	info.si_code = code;
	if (code == SI_USER || code == SI_TKILL)
		info.si_pid = THREAD_PID;
	return info;
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

/* Takes a signal of those that wait; one without an entry was sent when memory was out. */
static siginfo_t dequeue(struct pending *pending, unsigned sig)
{
	struct queued_signal **at = &pending->queue;
	siginfo_t info = signal_info(sig, SI_USER);
	struct queued_signal *entry;
	bool more = false;

	while (*at && (*at)->info.si_signo != (int)sig)
		at = &(*at)->next;
	entry = *at;
	if (entry) {
		info = entry->info;
		*at = entry->next;
		kfree(entry);
		for (entry = *at; entry; entry = entry->next)
			more |= entry->info.si_signo == (int)sig;
	}
	if (!more)
		pending->set &= ~SIGNAL_BIT(sig);
	return info;
}

static void drop(struct pending *pending, uint64_t set)
{
	while (pending->set & set)
		dequeue(pending, __builtin_ctzll(pending->set & set) + 1);
}

void signal_forget(struct thread *thread)
{
	drop(&thread->signals.pending, UINT64_MAX);
}

void signal_set_action(unsigned sig, const struct sigaction *action)
{
	struct thread *t = current;

	actions[sig - 1] = *action;
	actions[sig - 1].sa_mask &= ~UNBLOCKABLE;
	if (!is_ignored(sig))
		return;
	/* sigaction(2): to ignore a signal drops those that are pending. */
	drop(&process, SIGNAL_BIT(sig));
	do {
		drop(&t->signals.pending, SIGNAL_BIT(sig));
		t = t->next;
	} while (t != current);
}

uint64_t signal_pending(void)
{
	return current->signals.pending.set | process.set;
}

/* Adds a signal to those that wait. A standard signal waits once, a realtime signal is queued. */
static int enqueue(struct pending *pending, const siginfo_t *info)
{
	struct queued_signal **last = &pending->queue;
	struct queued_signal *entry;

	if (pending->set & SIGNAL_BIT(info->si_signo) && info->si_signo < SIGRTMIN)
		return 0;
	entry = kmalloc(sizeof(*entry));
	if (!entry && info->si_signo >= SIGRTMIN)
		return -EAGAIN;
	if (entry) {
		*entry = (struct queued_signal){.info = *info};
		while (*last)
			last = &(*last)->next;
		*last = entry;
	}
	pending->set |= SIGNAL_BIT(info->si_signo);
	return 0;
}

/* The thread that a signal to the process goes to: one that waits for it, or lets it through. */
static struct thread *taker(uint64_t bit)
{
	struct thread *t = current;
	struct thread *best = current;

	do {
		if (t->signals.awaited & bit)
			return t;
		if (best->signals.blocked & bit)
			best = t;
		t = t->next;
	} while (t != current);
	return best;
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

int signal_send(struct thread *thread, const siginfo_t *info)
{
	uint64_t bit = SIGNAL_BIT(info->si_signo);
	struct thread *t = thread ? thread : taker(bit);
	int error;

	if (is_ignored(info->si_signo) && !(t->signals.blocked & bit))
		return 0;
	error = enqueue(thread ? &thread->signals.pending : &process, info);
	if (!error && t == current)
		attention = true;
	else if (!error && !(t->signals.blocked & bit) &&
		 signal_action(info->si_signo)->sa_handler == SIG_DFL)
		default_action(info->si_signo); /* it is the program's end, whoever runs */
	else if (!error)
		signal_interrupt_wait(t);
	return error;
}

bool signal_take(uint64_t set, siginfo_t *info)
{
	struct pending *own = &current->signals.pending;

	current->signals.awaited = 0;
	set &= signal_pending();
	if (!set)
		return false;
	*info = dequeue(own->set & set ? own : &process,
			__builtin_ctzll(own->set & set ? own->set & set : set) + 1);
	return true;
}

void signal_set_blocked(uint64_t set)
{
	current->signals.blocked = set & ~UNBLOCKABLE;
	attention = true;
}

bool signal_interrupt_wait(struct thread *thread)
{
	struct signals *signals = &thread->signals;
	uint64_t set = signals->pending.set | process.set;
	bool ends = set & signals->awaited;

	if (thread->state == THREAD_READY)
		return false;
	for (set &= ~signals->blocked; set; set &= set - 1)
		ends |= !is_ignored(__builtin_ctzll(set) + 1);
	if (ends) {
		signals->awaited = 0; /* the next signal is for another that waits */
		thread_interrupt(thread);
	}
	return ends;
}

int signal_mask_for_call(uint64_t user, uint64_t bytes)
{
	uint64_t set;

	if (!user)
		return 0;
	if (bytes != sizeof(set))
		return -EINVAL;
	if (copy_from_user(&set, user, sizeof(set)) < 0)
		return -EFAULT;
	if (!current->signals.restore)
		current->signals.saved = current->signals.blocked;
	current->signals.restore = true;
	signal_set_blocked(set);
	return 0;
}

/* A call that was to be made again, for what it waited for wasn't there. */
static void leave_call(struct trap_frame *frame, const struct sigaction *action)
{
	uint64_t written = current->progress;

	current->again = false;
	current->signals.awaited = 0;
	/* A part that was written is what the call comes to. */
	if (current->restart == RESTART_ALWAYS ||
	    (current->restart == RESTART_BY_ACTION && action->sa_flags & SA_RESTART && !written))
		return;
	frame->rip += SYSCALL_BYTES;
	frame->rax = written ? written : (uint64_t)-EINTR;
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
	struct pending *own = &signals->pending;

	for (;;) {
		uint64_t set = signal_pending() & ~signals->blocked;
		siginfo_t info;
		unsigned sig;

		if (!set && signals->restore && !current->again) {
			signals->restore = false;
			signal_set_blocked(signals->saved);
			continue;
		}
		if (!set)
			return;
		/* Those for this thread alone come first, and of them those of faults. */
		if (own->set & set)
			set &= own->set;
		sig = __builtin_ctzll(set & SYNCHRONOUS ? set & SYNCHRONOUS : set) + 1;
		info = dequeue(own->set & set ? own : &process, sig);
		if (signal_action(sig)->sa_handler == SIG_DFL)
			default_action(sig);
		else if (signal_action(sig)->sa_handler != SIG_IGN)
			run_handler(frame, &info);
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
