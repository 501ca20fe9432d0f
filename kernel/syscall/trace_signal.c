/* SPDX-License-Identifier: MIT */
/* What strace(1) shows of signals, and of calls whose arguments it names. */
#include "trace_signal.h"

#include <asm/sigcontext.h>
#include <asm/signal.h>
#include <asm/ucontext.h>
#include <linux/sched.h>

#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "trace_line.h"
#include "trace_names.h"

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

/* Names of si_code: of senders, and, from 1 on, of what a signal is about. */
static const char *code_name(int sig, int code)
{
	static const struct trace_name senders[] = {
		{SI_USER, "SI_USER"},	{SI_KERNEL, "SI_KERNEL"}, {SI_QUEUE, "SI_QUEUE"},
		{SI_TIMER, "SI_TIMER"}, {SI_MESGQ, "SI_MESGQ"},	  {SI_ASYNCIO, "SI_ASYNCIO"},
		{SI_SIGIO, "SI_SIGIO"}, {SI_TKILL, "SI_TKILL"},
	};
	static const struct {
		int sig;
		const char *names[8];
	} subjects[] = {
		{SIGILL, {"ILL_ILLOPC", "ILL_ILLOPN", "ILL_ILLADR", "ILL_ILLTRP"}},
		{SIGFPE,
		 {"FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV", "FPE_FLTOVF", "FPE_FLTUND",
		  "FPE_FLTRES", "FPE_FLTINV", "FPE_FLTSUB"}},
		{SIGSEGV, {"SEGV_MAPERR", "SEGV_ACCERR"}},
		{SIGBUS, {"BUS_ADRALN", "BUS_ADRERR"}},
		{SIGTRAP, {"TRAP_BRKPT", "TRAP_TRACE"}},
		{SIGCHLD,
		 {"CLD_EXITED", "CLD_KILLED", "CLD_DUMPED", "CLD_TRAPPED", "CLD_STOPPED",
		  "CLD_CONTINUED"}},
	};

	for (unsigned i = 0; i < COUNT(senders); i++)
		if (senders[i].value == (uint32_t)code)
			return senders[i].name;
	for (unsigned i = 0; i < COUNT(subjects); i++)
		if (subjects[i].sig == sig && code >= 1 && code <= 8)
			return subjects[i].names[code - 1];
	return NULL;
}

static bool is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGFPE || sig == SIGTRAP;
}

void trace_siginfo(const siginfo_t *info)
{
	const char *code = code_name(info->si_signo, info->si_code);

	trace_put("{si_signo=");
	trace_value('S', info->si_signo);
	if (code)
		trace_put(", si_code=%s", code);
	else
		trace_put(", si_code=%d", info->si_code);
	if (info->si_code > 0 && is_fault(info->si_signo)) {
		trace_put(", si_addr=");
		trace_address((uint64_t)info->si_addr);
	} else if (info->si_code != SI_KERNEL) {
		trace_put(", si_pid=%d, si_uid=%u", info->si_pid, info->si_uid);
	}
	if (info->si_signo == SIGCHLD && info->si_code > 0) {
		trace_put(", si_status=");
		trace_value(info->si_code == CLD_EXITED ? 'd' : 'S', info->si_status);
		trace_put(", si_utime=%ld, si_stime=%ld", info->si_utime, info->si_stime);
	} else if (info->si_code < 0 && info->si_code != SI_TKILL && info->si_ptr) {
		trace_put(", si_int=%d, si_ptr=0x%lx", info->si_int, (uint64_t)info->si_ptr);
	}
	trace_put("}");
}

void trace_siginfo_at(uaddr_t user)
{
	siginfo_t info;

	if (copy_from_user(&info, user, sizeof(info)) < 0)
		trace_address(user);
	else
		trace_siginfo(&info);
}

static void show_clone_flags(uint64_t flags, uint32_t sig)
{
	if (flags)
		trace_value('e', flags);
	if (sig) {
		trace_put(flags ? "|" : "");
		trace_value('S', sig);
	} else if (!flags) {
		trace_put("0");
	}
}

static void show_tid_at(uaddr_t user)
{
	int tid;

	if (copy_from_user(&tid, user, sizeof(tid)) < 0)
		trace_address(user);
	else
		trace_put("[%d]", tid);
}

void trace_clone(const struct trace_call *call)
{
	const uint64_t *args = call->args; /* flags, stack, parent_tid, child_tid, tls */
	const uint64_t flags = args[0];

	if (!call->done) {
		trace_put("child_stack=");
		trace_address(args[1]);
		trace_put(", flags=");
		show_clone_flags(flags & ~(uint64_t)CSIGNAL, flags & CSIGNAL);
		return;
	}
	if (flags & CLONE_PARENT_SETTID) {
		trace_put(", parent_tid=");
		if (trace_is_error(call->result))
			trace_address(args[2]);
		else
			show_tid_at(args[2]);
	}
	if (flags & CLONE_SETTLS)
		trace_put(", tls=0x%lx", args[4]);
	if (flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)) {
		trace_put(", child_tidptr=");
		trace_address(args[3]);
	}
}

static void show_clone_args(const struct clone_args *args)
{
	trace_put("{flags=");
	show_clone_flags(args->flags, 0);
	if (args->flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
		trace_put(", child_tid=0x%lx", (uint64_t)args->child_tid);
	if (args->flags & CLONE_PARENT_SETTID)
		trace_put(", parent_tid=0x%lx", (uint64_t)args->parent_tid);
	trace_put(", exit_signal=");
	trace_value('S', args->exit_signal);
	trace_put(", stack=");
	trace_address(args->stack);
	trace_put(", stack_size=");
	trace_value('x', args->stack_size);
	if (args->flags & CLONE_SETTLS)
		trace_put(", tls=0x%lx", (uint64_t)args->tls);
	trace_put("}");
}

void trace_clone3(const struct trace_call *call)
{
	struct clone_args args = {0};
	uint64_t bytes = min(call->args[1], sizeof(args));
	bool known = copy_from_user(&args, call->args[0], bytes) == 0;

	if (!call->done && known)
		show_clone_args(&args);
	else if (!call->done)
		trace_address(call->args[0]);
	if (!call->done)
		return;
	if (known && args.flags & CLONE_PARENT_SETTID && !trace_is_error(call->result)) {
		trace_put(" => {parent_tid=");
		show_tid_at(args.parent_tid);
		trace_put("}");
	}
	trace_put(", %lu", call->args[1]);
}

/* The frame that the handler returns from; see sigframe.c. */
void trace_sigreturn(uaddr_t rsp)
{
	struct ucontext context;

	if (copy_from_user(&context, rsp, sizeof(context)) < 0) {
		trace_put(")");
		trace_pad();
		trace_put("= ?");
		return;
	}
	trace_put("{mask=");
	trace_value('%', context.uc_sigmask);
	trace_put("})");
	trace_put(" ");
	trace_pad();
	if (trace_is_error(context.uc_mcontext.rax) && trace_error(-context.uc_mcontext.rax))
		trace_put("= -1 %s", trace_error(-context.uc_mcontext.rax));
	else
		trace_put("= %ld", (int64_t)context.uc_mcontext.rax);
}
