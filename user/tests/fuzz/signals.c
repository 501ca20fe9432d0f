/* SPDX-License-Identifier: MIT */
/* Signals that come during a call, what they return to, and who waits for them. */
#include <linux/sched.h>

#include "fuzz.h"

char alternate_stack[STACK_BYTES] __attribute__((aligned(16)));
uint64_t handler_count;
enum episode episode;

#define MAY_BE_DEFAULT                                                                             \
	(1UL << (SIGCHLD - 1) | 1UL << (SIGCONT - 1) | 1UL << (SIGURG - 1) | 1UL << (SIGWINCH - 1))

const stack_t own_stack = {.ss_sp = alternate_stack, .ss_size = sizeof(alternate_stack)};

/* Another context to return to: each register and flag any, FPU state any. */
static void corrupt(struct ucontext *context)
{
	uint64_t *registers = (uint64_t *)&context->uc_mcontext;
	uint64_t *fpu = (uint64_t *)context->uc_mcontext.fpstate;

	for (int i = 0; i < 16; i++)
		registers[i] = one_in(2) ? random_bits() : any_corner();
	context->uc_mcontext.rip = (uint64_t)fuzz_landing;
	context->uc_mcontext.eflags = random_bits();
	context->uc_mcontext.cs = random_bits();
	context->uc_mcontext.ss = random_bits();
	context->uc_mcontext.cr2 = random_bits();
	context->uc_flags = random_bits();
	context->uc_sigmask = one_in(2) ? random_bits() & ~NEVER_CHANGED : 0;
	switch (below(leader ? 5 : 8)) { /* of others, signals may come before the stack is back */
	case 0:
		context->uc_mcontext.rip = one_in(2) ? below(USER_END) | 1UL << 46 : WASTE;
		break;
	case 1:
		context->uc_mcontext.fpstate = NULL;
		break;
	case 2:
		context->uc_mcontext.fpstate = (void *)(ARENA + 64 * below(64));
		break;
	case 3: /* the header, MXCSR and what is in the area */
		fpu[24 / 8] = random_bits();
		fpu[512 / 8 + below(8)] = random_bits();
		break;
	case 4:
		fpu[below(64)] = random_bits();
		break;
	case 5:
		context->uc_stack.ss_sp = (void *)any_corner();
		context->uc_stack.ss_size = any_corner();
		context->uc_stack.ss_flags = below(4);
		context->uc_mcontext.eflags &= ~0x100; /* TF: its signal would have no stack */
		break;
	}
}

/* IOPL, VM, VIF, VIP: not the program's to set. IF: not to clear. */
void check_system_flags(uint64_t flags)
{
	if ((flags & 0x1a3200) != 0x200)
		fail("rflags", flags, 0x200);
}

void on_signal(int sig, siginfo_t *info, struct ucontext *context)
{
	uint64_t rip = context->uc_mcontext.rip;

	handler_count++;
	for (size_t i = 0; i < sizeof(*context) / 8; i++)
		if (is_kernel_address(((uint64_t *)context)[i]))
			fail("a word of a signal's context", ((uint64_t *)context)[i], i);
	for (size_t i = 0; i < sizeof(*info) / 8; i++)
		if (is_kernel_address(((uint64_t *)info)[i]) && info->si_code >= 0)
			fail("a word of a siginfo", ((uint64_t *)info)[i], i);
	context->uc_stack = own_stack;
	if (sig == SIGUSR1 && episode == CORRUPT) {
		episode = LANDING;
		corrupt(context);
	} else if (context->uc_mcontext.trapno == 0) {
		return; /* sent, whatever it says of itself */
	} else if (episode == LANDING) {
		check_system_flags(context->uc_mcontext.eflags);
		context->uc_mcontext.eflags &= ~0x100; /* TF */
		context->uc_mcontext.rip = (uint64_t)fuzz_landing;
		context->uc_mcontext.fpstate = NULL;
		context->uc_sigmask = 0;
	} else if (sig == SIGTRAP && rip >= (uint64_t)fuzz_call && rip < (uint64_t)fuzz_raise) {
		/* Up to the call and over it. */
		if (rip >= (uint64_t)fuzz_after)
			context->uc_mcontext.eflags &= ~0x100;
	} else {
		fail("a fault's address", rip, sig);
	}
}

struct action action_of(void (*handler)(int, siginfo_t *, struct ucontext *))
{
	/* However many are sent by others, the stack has room for their handlers, one by one. */
	return (struct action){handler, SA_SIGINFO | SA_ONSTACK | 0x04000000 /* SA_RESTORER */,
			       fuzz_restorer, leader ? ~NEVER_CHANGED : 0};
}

void set_mask(uint64_t mask)
{
	need("rt_sigprocmask", syscall6(__NR_rt_sigprocmask, SIG_SETMASK, (long)&mask, 0, 8, 0, 0));
}

void calm_signals(void)
{
	syscall3(__NR_sigaltstack, (long)&own_stack, 0, 0);
	set_mask(0);
}

/* What may be given to rt_sigaction. */
struct action any_action(unsigned sig)
{
	struct action action = action_of(on_signal);
	uint64_t bit = 1UL << (sig - 1);

	action.flags |= random_bits() & (SA_RESTART | SA_NOCLDSTOP | SA_NOCLDWAIT);
	if (!leader)
		action.flags |= random_bits() & SA_NODEFER;
	if (!leader)
		action.mask = random_bits() & ~NEVER_CHANGED;
	if (one_in(4))
		action.handler = (void *)SIG_IGN;
	else if (one_in(4) && (leader || bit & MAY_BE_DEFAULT))
		action.handler = (void *)SIG_DFL;
	return action;
}

/* Waits with these signals blocked. One of the others comes, or has come. */
static void suspend(uint64_t mask)
{
	if (syscall3(__NR_rt_sigsuspend, (long)&mask, 8, 0) != -EINTR)
		fail("rt_sigsuspend", 0, -EINTR);
}

/* A thread that sends a signal, or not, and ends. */
static void run_thread(uint64_t before)
{
	const uint64_t thread =
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	const uint64_t flags[] = {0, CLONE_SETTLS, CLONE_PARENT_SETTID, CLONE_CHILD_SETTID,
				  CLONE_CHILD_CLEARTID};
	long tid;

	child_signals = one_in(2);
	/* It may send before this one waits. */
	set_mask(1UL << (SIGUSR1 - 1));
	/* Ids go to the sandbox: the thread writes there when it ends. */
	tid = fuzz_clone(thread | ANY_OF(flags) | ANY_OF(flags), child_stack + sizeof(child_stack),
			 in_sandbox(), in_sandbox(), one_in(2) ? below(USER_END) : random_bits());
	if (tid <= 0) {
		calm_signals();
		return;
	}
	if (child_signals)
		suspend(0);
	calm_signals();
	while (syscall3(__NR_tkill, tid, 0, 0) == 0)
		syscall3(__NR_sched_yield, 0, 0, 0);
	if (child_signals && handler_count == before)
		fail("handlers run", 0, 1);
}

void run_episode(void)
{
	uint64_t before = handler_count;

	calm_signals();
	/* Without memory a new thread could only end the program. */
	switch (below(starved ? 2 : 3)) {
	case 0:
		current_name = "a signal's return";
		episode = CORRUPT;
		fuzz_raise();
		episode = QUIET;
		check_system_flags(registers_out[FLAGS]);
		/* Leaves an alternate stack that can't be used, but for a way out of it. */
		if (syscall3(__NR_sigaltstack, (long)&own_stack, 0, 0) < 0)
			fuzz_raise();
		break;
	case 1:
		current_name = "rt_sigsuspend";
		set_mask(1UL << (SIGUSR1 - 1));
		fuzz_raise();
		suspend(random_bits() & ~NEVER_CHANGED);
		break;
	default:
		current_name = "a thread";
		run_thread(before);
		return;
	}
	if (handler_count == before && current_name[0] != 'a')
		fail("handlers run", 0, 1);
	calm_signals();
}
