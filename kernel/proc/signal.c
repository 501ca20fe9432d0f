/* SPDX-License-Identifier: MIT */
/* Signals: which is pending for whom. */
#include "signal.h"

#include <asm/errno.h>
#include <asm/poll.h>

#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "../sched/wait.h"
#include "tracer.h"

struct wait_queue signal_waits;

void signal_init(uint64_t ignored, uint64_t blocked)
{
	task_current()->signals.blocked = blocked & ~SIGNAL_UNBLOCKABLE;
	for (ignored &= ~SIGNAL_UNBLOCKABLE; ignored; ignored &= ignored - 1)
		process_current()->handlers->actions[__builtin_ctzll(ignored)].sa_handler = SIG_IGN;
}

const struct sigaction *signal_action(unsigned sig)
{
	return &process_current()->handlers->actions[sig - 1];
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

static __sighandler_t handler_of(const struct process *process, unsigned sig)
{
	return process->handlers->actions[sig - 1].sa_handler;
}

static bool is_ignored(const struct process *process, unsigned sig)
{
	__sighandler_t handler = handler_of(process, sig);

	return handler == SIG_IGN || (handler == SIG_DFL && SIGNAL_IGNORED & SIGNAL_BIT(sig));
}

void signal_drop_timer(struct process *process, int id)
{
	pending_drop_timer(&process->pending, id);
	for (struct task *t = process_task(process, NULL); t; t = process_task(process, t))
		pending_drop_timer(&t->signals.pending, id);
}

void signal_drop_all(struct pending *pending)
{
	pending_drop(pending, UINT64_MAX);
}

void signal_forget(struct task *task)
{
	signal_drop_all(&task->signals.pending);
}

/* Drops signals of the set that are pending for a process and its tasks. */
static void drop_everywhere(struct process *process, uint64_t set)
{
	pending_drop(&process->pending, set);
	for (struct task *t = process_task(process, NULL); t; t = process_task(process, t))
		pending_drop(&t->signals.pending, set);
}

void signal_set_action(unsigned sig, const struct sigaction *action)
{
	struct process *process = process_current();
	struct sigaction *set = &process->handlers->actions[sig - 1];

	*set = *action;
	set->sa_mask &= ~SIGNAL_UNBLOCKABLE;
	/* sigaction(2): to ignore a signal drops those that are pending. */
	if (is_ignored(process, sig))
		drop_everywhere(process, SIGNAL_BIT(sig));
}

void signal_reset_handlers(void)
{
	struct sigaction *actions = process_current()->handlers->actions;

	for (unsigned i = 0; i < SIGNAL_COUNT; i++) {
		__sighandler_t handler = actions[i].sa_handler == SIG_IGN ? SIG_IGN : SIG_DFL;

		actions[i] = (struct sigaction){.sa_handler = handler};
	}
}

uint64_t signal_pending(void)
{
	return task_current()->signals.pending.set | process_current()->pending.set;
}

/* The task that takes a signal to the process: one that waits for it, or doesn't block it. */
static struct task *taker(struct process *process, uint64_t bit)
{
	struct task *best = process_task(process, NULL);

	for (struct task *t = best; t; t = process_task(process, t)) {
		if (t->signals.awaited & bit)
			return t;
		if (best->signals.blocked & bit)
			best = t;
	}
	return best;
}

void signal_child(const struct process *child, int sig, int code)
{
	siginfo_t info = signal_info(sig, code);

	info.si_pid = child->pid;
	if (code == CLD_EXITED)
		info.si_status = child->status >> 8;
	else if (code == CLD_CONTINUED)
		info.si_status = SIGCONT;
	else
		info.si_status = code == CLD_STOPPED ? child->stop_signal : child->status & 0x7f;
	signal_send_process(child->parent, &info);
}

/* Tells the parent that a process has stopped or goes on. */
static void report_stop(struct process *process, enum stop_report report)
{
	struct process *parent = process->parent;

	process->report = report;
	if (!parent)
		return;
	wait_wake(&parent->child_waits); /* first, as at its end */
	if (!(parent->handlers->actions[SIGCHLD - 1].sa_flags & SA_NOCLDSTOP))
		signal_child(process, SIGCHLD,
			     report == STOP_STOPPED ? CLD_STOPPED : CLD_CONTINUED);
}

static void hold(struct process *process, bool held)
{
	process->is_stopped = held;
	for (struct task *t = process_task(process, NULL); t; t = process_task(process, t)) {
		t->thread.held = held;
		if (!held && t->thread.state == THREAD_READY)
			thread_rank(&t->thread);
	}
	if (process == process_current())
		work_pending = true;
	thread_limit_turn();
}

bool signal_stop(struct process *process, int sig)
{
	/* No shell is there to continue it. */
	bool is_orphaned = process_group_is_orphaned(process->group, NULL);

	if (!process_next(process_first()))
		return false;
	if (process->is_stopped || (sig != SIGSTOP && is_orphaned))
		return true;
	hold(process, true);
	process->stop_signal = sig;
	report_stop(process, STOP_STOPPED);
	return true;
}

/* Continues a stopped process: SIGCONT does even if it is blocked or ignored, and SIGKILL. */
static void go_on(struct process *process, bool killed)
{
	if (!process->is_stopped)
		return;
	hold(process, false);
	if (!killed)
		report_stop(process, STOP_CONTINUED);
}

/* What a signal does as soon as it is sent: signal(7), "Queueing and delivery semantics". */
static void act_at_once(struct process *process, unsigned sig)
{
	if (sig == SIGCONT) {
		drop_everywhere(process, SIGNAL_STOPS);
		go_on(process, false);
	} else if (SIGNAL_STOPS & SIGNAL_BIT(sig)) {
		drop_everywhere(process, SIGNAL_BIT(SIGCONT));
	} else if (sig == SIGKILL) {
		go_on(process, true);
	}
}

/* Does the signal stop the process, if `task` takes it? */
static bool stops(const struct task *task, unsigned sig)
{
	uint64_t kept = task->signals.blocked | task->signals.awaited | ~SIGNAL_STOPS;

	return handler_of(task->process, sig) == SIG_DFL && !(kept & SIGNAL_BIT(sig));
}

/*
 * Does it end the process, if `task` is to take it? Then that is so from now on, even if the task
 * waits for it by sigwait(3), without blocking it. Not one that dumps a core: that is of the task.
 */
static bool ends(const struct task *task, unsigned sig)
{
	uint64_t kept = task->signals.blocked | SIGNAL_IGNORED | SIGNAL_STOPS | SIGNAL_DUMPS;

	return handler_of(task->process, sig) == SIG_DFL && !(kept & SIGNAL_BIT(sig));
}

/*
 * Sends a signal to `task` alone, or, NULL, to the process. Returns 1 if it waits there, 0: it
 * was ignored or has stopped the process, or -EAGAIN.
 */
static int send_signal(struct process *process, struct task *task, const siginfo_t *info,
		       bool of_timer)
{
	unsigned sig = info->si_signo;
	uint64_t bit = SIGNAL_BIT(sig);
	struct task *t;
	bool is_end;
	int error;

	if (!process->tasks)
		return 0; /* it has ended, and waits to be reaped */
	act_at_once(process, sig);
	t = task ? task : taker(process, bit);
	/* A trace shows those that are ignored, too. */
	if (is_ignored(process, sig) && !(t->signals.blocked & bit) && !tracer)
		return 0;
	if (stops(t, sig) && signal_stop(process, sig))
		return 0;
	is_end = ends(t, sig);
	error = pending_add(task && !is_end ? &task->signals.pending : &process->pending, info,
			    process->limits[RLIMIT_SIGPENDING].rlim_cur, of_timer);
	if (error)
		return error;
	/* Whichever of its tasks comes to ring 3 first. */
	if (is_end)
		process->ends_by |= bit;
	if (is_end && process == process_current())
		work_pending = true;
	wait_wake_for(&signal_waits, POLLIN);
	if (t == task_current() && current->state == THREAD_READY)
		work_pending = true;
	else
		signal_interrupt_wait(t);
	return 1;
}

int signal_send(struct task *task, const siginfo_t *info)
{
	int result = send_signal(task->process, task, info, false);

	return result < 0 ? result : 0;
}

int signal_file_too_large(void)
{
	const siginfo_t info = signal_info(SIGXFSZ, SI_USER);

	signal_send(task_current(), &info);
	return -EFBIG;
}

int signal_send_process(struct process *process, const siginfo_t *info)
{
	int result = send_signal(process, NULL, info, false);

	return result < 0 ? result : 0;
}

int signal_send_group(int group, const siginfo_t *info)
{
	struct process *own = process_current();
	int result = -ESRCH;

	for (struct process *p = process_first(); p; p = process_next(p)) {
		if (p == own || (group && p->group != group))
			continue;
		if (!info->si_signo || signal_send_process(p, info) == 0 || result == -ESRCH)
			result = 0;
	}
	/* Last, for it may stop it. */
	if (group && own->group == group)
		result = info->si_signo ? signal_send_process(own, info) : 0;
	return result;
}

int signal_send_timer(struct process *process, struct task *task, const siginfo_t *info)
{
	return send_signal(process, task, info, true);
}

void signal_set_blocked(uint64_t set)
{
	task_current()->signals.blocked = set & ~SIGNAL_UNBLOCKABLE;
	work_pending = true;
}

/* Is a signal pending for the task that isn't blocked so, or ignored? */
static bool is_due(const struct task *task, uint64_t blocked)
{
	uint64_t set = task->signals.pending.set | task->process->pending.set;
	bool due = false;

	for (set &= ~blocked | task->process->ends_by; set; set &= set - 1)
		due |= !is_ignored(task->process, __builtin_ctzll(set) + 1);
	return due;
}

bool signal_is_due(void)
{
	return is_due(task_current(), task_current()->signals.blocked);
}

bool signal_interrupt_wait(struct task *task)
{
	uint64_t set = task->signals.pending.set | task->process->pending.set;
	uint64_t blocked = task->thread.kill_only ? ~SIGNAL_BIT(SIGKILL) : task->signals.blocked;
	bool is_over;

	if (task->thread.state == THREAD_READY)
		return false;
	/* rt_sigtimedwait(2) takes it, even if nothing blocks it. */
	if (set & task->signals.awaited & ~task->process->ends_by) {
		task->signals.awaited = 0; /* the next signal is for another that waits */
		wait_end(&task->thread);
		return true;
	}
	is_over = is_due(task, blocked);
	if (is_over) {
		task->signals.awaited = 0;
		wait_interrupt(&task->thread);
	}
	return is_over;
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

int64_t signal_mask_after_call(int64_t result)
{
	struct signals *signals = &task_current()->signals;

	if (signals->restore && current->state == THREAD_READY && result != -EINTR) {
		signals->restore = false;
		signal_set_blocked(signals->saved);
	}
	return result;
}
