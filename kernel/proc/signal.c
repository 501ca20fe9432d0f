/* SPDX-License-Identifier: MIT */
/* Signals: which is pending for whom. */
#include "signal.h"

#include <asm/errno.h>

#include "../host/printk.h"
#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "../sched/wait.h"

/* Default actions, of all others that is the program's end. */
#define IGNORED_BY_DEFAULT                                                                         \
	(SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGURG) | SIGNAL_BIT(SIGWINCH))
#define STOPS_BY_DEFAULT                                                                           \
	(SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))

struct queued_signal {
	struct queued_signal *next;
	siginfo_t info;
};

void signal_init(uint64_t ignored, uint64_t blocked)
{
	task_current()->signals.blocked = blocked & ~SIGNAL_UNBLOCKABLE;
	for (ignored &= ~SIGNAL_UNBLOCKABLE; ignored; ignored &= ignored - 1)
		process_current()->actions[__builtin_ctzll(ignored)].sa_handler = SIG_IGN;
}

const struct sigaction *signal_action(unsigned sig)
{
	return &process_current()->actions[sig - 1];
}

siginfo_t signal_info(int sig, int code)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info)); /* all of it, for the program gets to see all of it */
	info.si_signo = sig;
	info.si_code = code;
	if (code == SI_USER || code == SI_TKILL)
		info.si_pid = process_current()->pid;
	return info;
}

static bool is_ignored(unsigned sig)
{
	__sighandler_t handler = signal_action(sig)->sa_handler;

	return handler == SIG_IGN || (handler == SIG_DFL && IGNORED_BY_DEFAULT & SIGNAL_BIT(sig));
}

siginfo_t signal_dequeue(struct pending *pending, unsigned sig)
{
	struct queued_signal **at = &pending->queue;
	/* One without an entry was sent when memory was out. */
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
		signal_dequeue(pending, __builtin_ctzll(pending->set & set) + 1);
}

void signal_forget(struct task *task)
{
	drop(&task->signals.pending, UINT64_MAX);
}

void signal_set_action(unsigned sig, const struct sigaction *action)
{
	struct process *process = process_current();
	struct thread *t = current;

	process->actions[sig - 1] = *action;
	process->actions[sig - 1].sa_mask &= ~SIGNAL_UNBLOCKABLE;
	if (!is_ignored(sig))
		return;
	/* sigaction(2): to ignore a signal drops those that are pending. */
	drop(&process->pending, SIGNAL_BIT(sig));
	do {
		drop(&task_of(t)->signals.pending, SIGNAL_BIT(sig));
		t = t->next;
	} while (t != current);
}

uint64_t signal_pending(void)
{
	return task_current()->signals.pending.set | process_current()->pending.set;
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

/* The task that a signal to the process goes to: one that waits for it, or lets it through. */
static struct task *taker(uint64_t bit)
{
	struct task *best = task_current();
	struct thread *t = current;

	do {
		if (task_of(t)->signals.awaited & bit)
			return task_of(t);
		if (best->signals.blocked & bit)
			best = task_of(t);
		t = t->next;
	} while (t != current);
	return best;
}

void signal_default(unsigned sig)
{
	if (IGNORED_BY_DEFAULT & SIGNAL_BIT(sig))
		return;
	if (STOPS_BY_DEFAULT & SIGNAL_BIT(sig))
		printk("kernel: signal %u stops the program, and nothing could let it go on\n",
		       sig);
	process_kill(sig);
}

int signal_send(struct task *task, const siginfo_t *info)
{
	uint64_t bit = SIGNAL_BIT(info->si_signo);
	struct task *t = task ? task : taker(bit);
	int error;

	if (is_ignored(info->si_signo) && !(t->signals.blocked & bit))
		return 0;
	error = enqueue(task ? &task->signals.pending : &process_current()->pending, info);
	if (!error && t == task_current())
		work_pending = true;
	else if (!error && !(t->signals.blocked & bit) &&
		 signal_action(info->si_signo)->sa_handler == SIG_DFL)
		signal_default(info->si_signo); /* it is the program's end, whoever runs */
	else if (!error)
		signal_interrupt_wait(t);
	return error;
}

bool signal_take(uint64_t set, siginfo_t *info)
{
	struct pending *own = &task_current()->signals.pending;

	task_current()->signals.awaited = 0;
	set &= signal_pending();
	if (!set)
		return false;
	*info = signal_dequeue(own->set & set ? own : &process_current()->pending,
			       __builtin_ctzll(own->set & set ? own->set & set : set) + 1);
	return true;
}

void signal_set_blocked(uint64_t set)
{
	task_current()->signals.blocked = set & ~SIGNAL_UNBLOCKABLE;
	work_pending = true;
}

bool signal_interrupt_wait(struct task *task)
{
	struct signals *signals = &task->signals;
	uint64_t set = signals->pending.set | task->process->pending.set;
	bool ends = set & signals->awaited;

	if (task->thread.state == THREAD_READY)
		return false;
	for (set &= ~signals->blocked; set; set &= set - 1)
		ends |= !is_ignored(__builtin_ctzll(set) + 1);
	if (ends) {
		signals->awaited = 0; /* the next signal is for another that waits */
		wait_interrupt(&task->thread);
	}
	return ends;
}

int signal_mask_for_call(uaddr_t user, uint64_t bytes)
{
	uint64_t set;

	if (!user)
		return 0;
	if (bytes != sizeof(set))
		return -EINVAL;
	if (copy_from_user(&set, user, sizeof(set)) < 0)
		return -EFAULT;
	if (!task_current()->signals.restore)
		task_current()->signals.saved = task_current()->signals.blocked;
	task_current()->signals.restore = true;
	signal_set_blocked(set);
	return 0;
}
