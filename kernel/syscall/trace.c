/* SPDX-License-Identifier: MIT */
/*
 * --trace=syscalls: each call a line, as strace(1) writes them, and signals and ends between. What
 * is known before a call is shown before it; a call that waits leaves its line unfinished.
 */
#include "trace.h"

#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>

#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "../proc/tracer.h"
#include "../sched/thread.h"
#include "../sched/trampoline.h"
#include "syscall.h"
#include "trace_args.h"
#include "trace_count.h"
#include "trace_line.h"
#include "trace_lists.h"
#include "trace_names.h"
#include "trace_signal.h"

/* Bit n of them all: calls with number n are shown. */
static uint64_t shown[sizeof(((struct boot_trace *)0)->calls) / sizeof(uint64_t)];

static bool counts; /* calls are counted, not shown */

static bool is_shown(uint32_t number)
{
	return number >= 64 * (sizeof(shown) / sizeof(shown[0])) ||
	       shown[number / 64] >> number % 64 & 1;
}

static struct trace_call call_of(const struct trap_frame *frame, uint64_t number)
{
	return (struct trace_call){
		.number = number,
		.args = {frame->rdi, frame->rsi, frame->rdx, frame->r10, frame->r8, frame->r9},
	};
}

static void show_arguments(const struct trace_call *call)
{
	if (call->number == __NR_clone)
		trace_clone(call);
	else if (call->number == __NR_clone3)
		trace_clone3(call);
	else
		trace_arguments(call);
}

static void show_name(uint32_t number)
{
	if (trace_call_name(number))
		trace_put("%s", trace_call_name(number));
	else
		trace_put("syscall_0x%x", number);
}

/*
 * What is shown of a call that a signal has interrupted: whether it is restarted is decided later,
 * by the signal's action.
 */
static const char *interrupted_name(uint32_t number)
{
	switch (number) {
	case __NR_nanosleep:
	case __NR_clock_nanosleep:
	case __NR_poll:
		return "ERESTART_RESTARTBLOCK (Interrupted by signal)";
	case __NR_pause:
	case __NR_rt_sigsuspend:
	case __NR_select:
	case __NR_pselect6:
	case __NR_ppoll:
		return "ERESTARTNOHAND (To be restarted if no handler)";
	default:
		return "ERESTARTSYS (To be restarted if SA_RESTART is set)";
	}
}

/* Is the result an address, or else shown as hexadecimal? */
static bool is_hexadecimal(const struct trace_call *call)
{
	return *trace_letters(call) == 'P' || call->number == __NR_shmat ||
	       (call->number == __NR_fcntl &&
		(call->args[1] == F_GETFD || call->args[1] == F_GETFL));
}

/* Ends the line of a call with its result. */
static void show_result(const struct trace_call *call)
{
	uint64_t error = -(uint64_t)call->result;

	trace_put(") ");
	trace_pad();
	if (error == EINTR && call->number != __NR_rt_sigtimedwait)
		trace_put("= ? %s", interrupted_name(call->number));
	else if (trace_is_error(call->result) && trace_error(error))
		trace_put("= -1 %s", trace_error(error));
	else if (is_hexadecimal(call))
		trace_put(call->result ? "= 0x%lx" : "= %lu", call->result);
	else if (call->number == __NR_umask)
		trace_put("= 0%lo", call->result);
	else
		trace_put("= %ld", call->result);
	if (!trace_is_error(call->result))
		trace_result_note(call);
	trace_end();
}

/* Goes on with the line of the current task's call. */
static void go_on(const struct trace_call *call)
{
	if (trace_go_on(current->tid))
		return;
	trace_put("<... ");
	show_name(call->number);
	trace_put(" resumed>");
}

static void finish_call(const struct trap_frame *frame, int64_t result)
{
	struct trace_call call = call_of(frame, current->traced_number);

	current->traced = false;
	call.done = true;
	call.result = result;
	if (counts) {
		trace_count(call.number, trace_is_error(call.result));
		return;
	}
	go_on(&call);
	show_arguments(&call);
	show_result(&call);
}

static void on_done(const struct trap_frame *frame)
{
	finish_call(frame, frame->rax);
}

static void on_signal(const struct trap_frame *frame, const siginfo_t *info)
{
	if (current->traced)
		finish_call(frame, current->restart ? -EINTR : (int64_t)frame->rax);
	if (counts || info->si_signo == SIGKILL)
		return;
	trace_begin(current->tid);
	trace_put("--- ");
	trace_value('S', info->si_signo);
	trace_put(" ");
	trace_siginfo(info);
	trace_put(" ---");
	trace_end();
}

static void on_ended(struct task *task, int status)
{
	int tid = task->thread.tid;

	if (counts)
		return;
	if (task->thread.traced) {
		struct trace_call call = {.number = task->thread.traced_number};

		if (!trace_go_on(tid)) {
			trace_put("<... ");
			show_name(call.number);
			trace_put(" resumed>");
		}
		trace_put(") ");
		trace_pad();
		trace_put("= ?");
		trace_end();
	}
	/* How the first process ended, the host says, to whom it writes. */
	if (task->process == process_first() && tid == task->process->pid && !trace_is_file())
		return;
	trace_begin(tid);
	if (status & 0x7f) {
		trace_put("+++ killed by ");
		trace_value('S', status & 0x7f);
		trace_put(status & 0x80 ? " (core dumped) +++" : " +++");
	} else {
		trace_put("+++ exited with %d +++", status >> 8 & 0xff);
	}
	trace_end();
}

static void on_finish(void)
{
	if (counts)
		trace_count_report();
}

static const struct tracer to_host = {on_done, on_signal, on_ended, on_finish};

void trace_init(const struct boot_trace *wanted)
{
	static const struct boot_trace all = {.fd = 2};

	trace_line_init(wanted ? wanted : &all);
	counts = wanted && wanted->flags & BOOT_TRACE_COUNT;
	for (unsigned i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		shown[i] = wanted ? wanted->calls[i] : UINT64_MAX;
	tracer = &to_host;
	syscall_slow();
}

void trace_first_program(const struct stack_contents *contents, uaddr_t rsp)
{
	/* Of a script, its name is the last of the strings that come first. */
	uint64_t skipped = contents->lead_count ? contents->lead_count - 1 : 0;
	uint64_t argc = contents->lead_count + contents->argc - contents->replaced;
	uaddr_t argv = rsp + sizeof(uint64_t);
	struct trace_call call = {.number = __NR_execve};

	if (!is_shown(call.number))
		return;
	if (counts) {
		trace_count(call.number, false);
		return;
	}
	call.args[1] = argv + skipped * sizeof(uaddr_t);
	call.args[2] = argv + (argc + 1) * sizeof(uaddr_t);
	if (copy_from_user(&call.args[0], call.args[1], sizeof(uaddr_t)) < 0)
		return;
	trace_begin(current->tid);
	show_name(call.number);
	trace_put("(");
	trace_arguments(&call);
	call.done = true;
	show_result(&call);
}

/* Makes the call of the frame. */
static void make(struct trap_frame *frame)
{
	uint32_t number = frame->rax;

	frame->rax = number < syscall_count ? (uint64_t)syscall_invoke(frame) : (uint64_t)-ENOSYS;
}

/* The calls that don't come back here, and show all there is to show before they are made. */
static bool shows_at_once(const struct trap_frame *frame)
{
	if (frame->rax == __NR_rt_sigreturn) {
		trace_sigreturn(frame->rsp);
		trace_end();
		return true;
	}
	return false;
}

void trace_dispatch(struct trap_frame *frame)
{
	struct trace_call call = call_of(frame, (uint32_t)frame->rax);

	if ((call.number == __NR_rt_sigreturn && trampoline_makes_call(frame)) ||
	    !is_shown(call.number)) {
		make(frame); /* the former is not a call of the program's */
		return;
	}
	if (counts) {
		trace_count_begin();
	} else if (!current->traced) {
		trace_begin(current->tid);
		show_name(call.number);
		trace_put("(");
		if (!shows_at_once(frame))
			show_arguments(&call);
	}
	current->traced = call.number != __NR_rt_sigreturn;
	current->traced_number = call.number;
	make(frame);
	if (counts)
		trace_count_end(call.number);
	if (!current->traced)
		return;
	if (current->state == THREAD_READY)
		finish_call(frame, frame->rax);
	else if (!counts)
		trace_wait();
}
