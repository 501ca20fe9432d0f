/* SPDX-License-Identifier: MIT */
/* What is done about a signal: handlers, restarts of calls, default actions. */
#include "deliver.h"

#include <asm/errno.h>

#include "../fs/fifo.h"
#include "../host/printk.h"
#include "core.h"
#include "exit.h"
#include "posix_timer.h"
#include "sigframe.h"
#include "tracer.h"

/* Signals of a fault are delivered first: their handler must find the registers of the fault. */
#define SYNCHRONOUS                                                                                \
	(SIGNAL_BIT(SIGSEGV) | SIGNAL_BIT(SIGBUS) | SIGNAL_BIT(SIGILL) | SIGNAL_BIT(SIGTRAP) |     \
	 SIGNAL_BIT(SIGFPE) | SIGNAL_BIT(SIGSYS))

bool signal_has_handler(unsigned sig)
{
	__sighandler_t handler = signal_action(sig)->sa_handler;

	return handler != SIG_IGN && handler != SIG_DFL &&
	       !(task_current()->signals.blocked & SIGNAL_BIT(sig));
}

/* A handler comes before the restart of a call: decides whether that returns -EINTR instead. */
static void leave_call(struct trap_frame *frame, const struct sigaction *action)
{
	uint64_t written = current->progress;

	current->restart = false;
	fifo_forget(current);
	task_current()->signals.awaited = 0;
	/* A write that has moved a part returns that. */
	if (current->after_handler == RESTART_ALWAYS ||
	    (current->after_handler == RESTART_BY_ACTION && action->sa_flags & SA_RESTART &&
	     !written))
		return;
	frame->rip += SYSCALL_BYTES;
	frame->rax = written ? written : (uint64_t)-EINTR;
}

/* A signal frame can't be written or read. */
static _Noreturn void kill_here(const struct trap_frame *frame)
{
	const siginfo_t info = signal_info(SIGSEGV, SI_KERNEL);

	core_kill(frame, &info);
}

/* Lets the current task go on in the handler of a signal. */
static void run_handler(struct trap_frame *frame, const siginfo_t *info)
{
	struct signals *signals = &task_current()->signals;
	unsigned sig = info->si_signo;
	struct sigaction action = *signal_action(sig);
	uint64_t mask = signals->restore ? signals->saved : signals->blocked;

	if (current->restart)
		leave_call(frame, &action);
	signals->restore = false;
	if (sigframe_push(frame, info, &action, mask) < 0) {
		printk("kernel: the stack at 0x%lx has no room for the handler of signal %u\n",
		       frame->rsp, sig);
		kill_here(frame);
	}
	signals->blocked |= action.sa_mask;
	if (!(action.sa_flags & SA_NODEFER))
		signals->blocked |= SIGNAL_BIT(sig);
	signals->blocked &= ~SIGNAL_UNBLOCKABLE;
	if (action.sa_flags & SA_RESETHAND)
		process_current()->handlers->actions[sig - 1].sa_handler = SIG_DFL;
}

/* Does what a signal does that has no handler: mostly it ends the process. */
static void act_by_default(const struct trap_frame *frame, const siginfo_t *info)
{
	int sig = info->si_signo;

	if (SIGNAL_IGNORED & SIGNAL_BIT(sig))
		return;
	if (!(SIGNAL_STOPS & SIGNAL_BIT(sig)))
		core_kill(frame, info);
	if (!signal_stop(process_current(), sig)) {
		printk("kernel: signal %d stops the program, and nothing could let it go on\n",
		       sig);
		process_kill(sig);
	}
}

/* Takes a signal. If it is of a timer, that may go on now. */
static siginfo_t take(struct pending *pending, unsigned sig)
{
	bool of_timer;
	siginfo_t info = signal_dequeue(pending, sig, &of_timer);

	if (sig == SIGALRM)
		itimer_alarm_taken(process_current());
	if (of_timer)
		posix_timer_taken(process_current(), &info);
	return info;
}

bool signal_take(uint64_t set, siginfo_t *info)
{
	struct pending *own = &task_current()->signals.pending;

	task_current()->signals.awaited = 0;
	set &= signal_pending() & ~process_current()->ends_by;
	if (!set)
		return false;
	*info = take(own->set & set ? own : &process_current()->pending,
		     __builtin_ctzll(own->set & set ? own->set & set : set) + 1);
	return true;
}

void signal_deliver(struct trap_frame *frame)
{
	struct signals *signals = &task_current()->signals;
	struct pending *own = &signals->pending;
	struct process *process = process_current();

	while (!current->held) {
		uint64_t set = signal_pending() & (~signals->blocked | process->ends_by);
		siginfo_t info;
		unsigned sig;

		if (!set && signals->restore && !current->restart) {
			signals->restore = false;
			signal_set_blocked(signals->saved);
			continue;
		}
		if (!set)
			return;
		/* Those for this task alone come first, and of them those of faults. */
		if (own->set & set)
			set &= own->set;
		sig = __builtin_ctzll(set & SYNCHRONOUS ? set & SYNCHRONOUS : set) + 1;
		info = take(own->set & set ? own : &process->pending, sig);
		process->ends_by &= ~SIGNAL_BIT(sig);
		if (tracer)
			tracer->signal(frame, &info);
		if (signal_action(sig)->sa_handler == SIG_DFL)
			act_by_default(frame, &info);
		else if (signal_action(sig)->sa_handler != SIG_IGN)
			run_handler(frame, &info);
	}
}

void signal_force(struct trap_frame *frame, const siginfo_t *info)
{
	if (tracer)
		tracer->signal(frame, info);
	if (!signal_has_handler(info->si_signo))
		core_kill(frame, info);
	run_handler(frame, info);
}

void signal_return(struct trap_frame *frame)
{
	if (sigframe_pop(frame) < 0)
		kill_here(frame);
}
