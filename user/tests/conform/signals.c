/* SPDX-License-Identifier: MIT */
/* Signals and faults. */
#include <fenv.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "conform.h"

static volatile int handled, last_code;
static volatile uintptr_t last_address;
static sigjmp_buf jump;

static void count(int sig)
{
	handled = handled * 10 + (sig % 10);
}

static void note(int sig, siginfo_t *info, void *context)
{
	(void)context;
	handled = sig;
	last_code = info->si_code;
}

static void set_handler(int sig, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	MUST(sigaction(sig, &action, NULL) == 0);
}

static void set_info_handler(int sig, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO};

	MUST(sigaction(sig, &action, NULL) == 0);
}

static void to_oneself(int argc, char **argv)
{
	sigset_t set, pending;
	struct sigaction old;

	(void)argc, (void)argv;
	set_handler(SIGUSR1, count, 0);
	set_handler(SIGUSR2, count, 0);
	CALL(raise(SIGUSR1));
	SHOW(handled);
	CALL(kill(getpid(), SIGUSR2));
	SHOW(handled);
	handled = 0;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	CALL(sigprocmask(SIG_BLOCK, &set, NULL));
	CALL(raise(SIGUSR1));
	CALL(raise(SIGUSR1));
	CALL(raise(SIGUSR2));
	SHOW(handled);
	CALL(sigpending(&pending));
	SHOW(sigismember(&pending, SIGUSR1) * 10 + sigismember(&pending, SIGHUP));
	CALL(sigprocmask(SIG_UNBLOCK, &set, NULL));
	SHOW(handled);
	CALL(kill(getpid(), 0));
	CALL(kill(getpid(), 65));
	CALL(kill(999999, SIGUSR1));
	CALL(kill(999999, 0));
	CALL(syscall(SYS_tgkill, getpid(), 999999, SIGUSR1));
	CALL(syscall(SYS_tgkill, -1, 1, SIGUSR1));
	CALL(sigaction(SIGKILL, &(struct sigaction){.sa_handler = count}, NULL));
	CALL(sigaction(SIGSTOP, &(struct sigaction){.sa_handler = SIG_IGN}, NULL));
	CALL(sigaction(65, NULL, NULL));
	CALL(sigaction(SIGUSR1, NULL, &old));
	SHOW(old.sa_handler == count);
	set_handler(SIGUSR1, SIG_IGN, 0);
	handled = 0;
	CALL(raise(SIGUSR1));
	CALL(raise(SIGCHLD));
	CALL(raise(SIGWINCH));
	CALL(raise(SIGURG));
	CALL(raise(SIGCONT));
	SHOW(handled);
	CALL(sigprocmask(77, &set, NULL));
	CALL(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 4));
	CALL(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4));
}

static int resends; /* that are still to be made */

static void resend(int sig)
{
	count(sig);
	if (resends-- > 0)
		raise(sig);
	handled = handled * 10 + 1;
}

static void show_mask(int sig)
{
	sigset_t set;

	sigprocmask(SIG_BLOCK, NULL, &set);
	printf("in handler: self %d usr2 %d\n", sigismember(&set, sig), sigismember(&set, SIGUSR2));
}

static void actions(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = show_mask};
	struct sigaction old;
	sigset_t set;

	(void)argc, (void)argv;
	sigaddset(&action.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	sigprocmask(SIG_BLOCK, NULL, &set);
	SHOW(sigismember(&set, SIGUSR1) + sigismember(&set, SIGUSR2));
	set_handler(SIGUSR1, show_mask, SA_NODEFER);
	raise(SIGUSR1);
	set_handler(SIGUSR1, resend, 0);
	resends = 2;
	raise(SIGUSR1);
	SHOW(handled);
	handled = 0;
	set_handler(SIGUSR1, resend, SA_NODEFER);
	resends = 2;
	raise(SIGUSR1);
	SHOW(handled);
	set_handler(SIGUSR1, count, SA_RESETHAND);
	raise(SIGUSR1);
	sigaction(SIGUSR1, NULL, &old);
	SHOW(old.sa_handler == SIG_DFL);
	/* One that is pending is dropped when it is ignored. */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	set_handler(SIGUSR1, SIG_IGN, 0);
	set_handler(SIGUSR1, count, 0);
	handled = 0;
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	SHOW(handled);
}

static void info(int argc, char **argv)
{
	union sigval value = {.sival_int = 1234};

	(void)argc, (void)argv;
	set_info_handler(SIGUSR1, note, 0);
	kill(getpid(), SIGUSR1);
	printf("%d %d\n", handled, last_code);
	raise(SIGUSR1);
	printf("%d %d\n", handled, last_code);
	sigqueue(getpid(), SIGUSR1, value);
	printf("%d %d\n", handled, last_code);
}

static void note_value(int sig, siginfo_t *info, void *context)
{
	(void)context;
	printf("%d: %d code %d, from us %d\n", sig - SIGRTMIN, info->si_value.sival_int,
	       info->si_code, info->si_pid == getpid());
}

static void queued(int argc, char **argv)
{
	sigset_t set, old;

	(void)argc, (void)argv;
	sigemptyset(&set);
	for (int i = 0; i < 3; i++) {
		set_info_handler(SIGRTMIN + i, note_value, 0);
		sigaddset(&set, SIGRTMIN + i);
	}
	sigprocmask(SIG_BLOCK, &set, &old);
	for (int i = 0; i < 6; i++)
		CALL(sigqueue(getpid(), SIGRTMIN + 2 - i % 3, (union sigval){.sival_int = i}));
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void waiting(int argc, char **argv)
{
	struct timespec short_time = {0, 20000000};
	sigset_t set, old, empty;
	siginfo_t info;
	int sig;

	(void)argc, (void)argv;
	sigemptyset(&empty);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	set_handler(SIGUSR1, count, 0);
	set_handler(SIGUSR2, count, 0);
	sigprocmask(SIG_BLOCK, &set, &old);
	raise(SIGUSR1);
	CALL(sigsuspend(&empty));
	SHOW(handled);
	sigprocmask(SIG_BLOCK, NULL, &empty);
	SHOW(sigismember(&empty, SIGUSR1));
	raise(SIGUSR2);
	CALL(sigwait(&set, &sig));
	SHOW(sig);
	raise(SIGUSR1);
	CALL(sigwaitinfo(&set, &info));
	SHOW(info.si_signo);
	CALL(sigtimedwait(&set, &info, &short_time));
	sigprocmask(SIG_SETMASK, &old, NULL);
	SHOW(handled);
}

/* What is waited for is taken, not handled, even if nothing blocks it. */
static void waiting_unblocked(int argc, char **argv)
{
	int ready[2], status;
	sigset_t set;
	siginfo_t info;

	(void)argc, (void)argv;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	set_handler(SIGUSR1, count, 0);
	MUST(pipe(ready) == 0);
	if (child() == 0) {
		/* As long as the parent doesn't wait, the handler gets them. */
		struct pollfd end = {.fd = ready[0], .events = POLLIN};

		while (poll(&end, 1, 1) == 0)
			MUST(kill(getppid(), SIGUSR1) == 0);
		leave(0);
	}
	memset(&info, 0, sizeof(info));
	while (sigwaitinfo(&set, &info) < 0 && errno == EINTR)
		;
	SHOW(info.si_signo);
	SHOW(info.si_code);
	MUST(write(ready[1], "x", 1) == 1);
	while (wait(&status) < 0 && errno == EINTR)
		;
	SHOW(status);
}

static void show_sender(int sig, siginfo_t *info, void *context)
{
	printf("signal %d, code %d, sender %s\n", sig, info->si_code,
	       info->si_pid == getpid() ? "known"
	       : info->si_pid		? "wrong"
					: "0");
}

/* RLIMIT_SIGPENDING: what is known of a signal has no room. */
static void queue_full(int argc, char **argv)
{
	const union sigval value = {.sival_int = 5};

	(void)argc, (void)argv;
	set_info_handler(SIGUSR1, show_sender, 0);
	set_info_handler(SIGRTMIN, show_sender, 0);
	CALL(sigqueue(getpid(), SIGRTMIN, value));
	MUST(setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){0}) == 0);
	CALL(sigqueue(getpid(), SIGRTMIN, value));
	CALL(sigqueue(getpid(), SIGUSR1, value));
	CALL(kill(getpid(), SIGUSR1));
}

static char stack_memory[64 << 10];

static void on_stack(int sig)
{
	char *here = (char *)__builtin_frame_address(0);
	stack_t stack;

	sigaltstack(NULL, &stack);
	printf("signal %d, on the alternate stack: %d, flags %d\n", sig,
	       here >= stack_memory && here < stack_memory + sizeof(stack_memory), stack.ss_flags);
	CALL(sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL));
}

static void alternate_stack(int argc, char **argv)
{
	stack_t stack = {.ss_sp = stack_memory, .ss_size = sizeof(stack_memory)};
	stack_t old;

	(void)argc, (void)argv;
	CALL(sigaltstack(NULL, &old));
	SHOW(old.ss_flags == SS_DISABLE);
	CALL(sigaltstack(&stack, &old));
	CALL(sigaltstack(NULL, &old));
	SHOW(old.ss_sp == stack_memory && old.ss_size == sizeof(stack_memory) && !old.ss_flags);
	set_handler(SIGUSR1, on_stack, SA_ONSTACK);
	raise(SIGUSR1);
	set_handler(SIGUSR1, on_stack, 0);
	raise(SIGUSR1);
	stack.ss_size = 100;
	CALL(sigaltstack(&stack, NULL));
	stack.ss_flags = 12345;
	CALL(sigaltstack(&stack, NULL));
	CALL(sigaltstack((void *)8, NULL));
}

static void jump_out(int sig, siginfo_t *info, void *context)
{
	(void)context;
	last_code = info->si_code;
	last_address = (uintptr_t)info->si_addr;
	siglongjmp(jump, sig);
}

#define TRY(what, statement)                                                                       \
	do {                                                                                       \
		int caught = sigsetjmp(jump, 1);                                                   \
		if (!caught) {                                                                     \
			statement;                                                                 \
			puts(what ": nothing");                                                    \
		} else {                                                                           \
			printf(what ": signal %d code %d\n", caught, last_code);                   \
		}                                                                                  \
	} while (0)

static const unsigned short divide_unmasked = 0x37b;
static volatile int zero;
static volatile double zero_double;

static void faults(int argc, char **argv)
{
	char *page = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *wild = (char *)0x123456789000;

	(void)argc, (void)argv;
	for (int i = 0; i < 5; i++) {
		static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};

		set_info_handler(signals[i], jump_out, 0);
	}
	TRY("unmapped", *(volatile char *)wild = 1);
	SHOW(last_address == (uintptr_t)wild);
	TRY("read-only", *(volatile char *)(page + 5) = 1);
	SHOW(last_address == (uintptr_t)page + 5);
	TRY("jump to data", ((void (*)(void))(uintptr_t)page)());
	SHOW(last_address == (uintptr_t)page);
	TRY("null", *(volatile int *)(uintptr_t)(zero * 1) = 1);
	SHOW(last_address);
	TRY("kernel address", *(volatile int *)(0xffff800000000000 + zero) = 1);
	TRY("non-canonical", *(volatile int *)(0x1234567800000000 + zero) = 1);
	SHOW(last_address);
	TRY("division", zero = 1 / zero);
	TRY("invalid", __asm__ volatile("ud2"));
	TRY("breakpoint", __asm__ volatile("int3"));
	TRY("hlt", __asm__ volatile("hlt"));
	TRY("int", __asm__ volatile("int $0x42"));
	__asm__ volatile("fldcw %0" : : "m"(divide_unmasked));
	TRY("floating division", __asm__ volatile("fldz; fld1; fdivp; fwait; fstp %%st(0)"
						  :
						  :
						  : "st", "memory"));
	__asm__ volatile("fninit");
	munmap(page, 8192);
	TRY("given back", *(volatile char *)page);
}

static char *guarded;

/* Lets the instruction that faulted succeed. */
static void repair(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	handled++;
	mprotect((void *)((uintptr_t)info->si_addr & -4096), 4096, PROT_READ | PROT_WRITE);
}

/* Goes on behind the instruction, a ud2, with other registers. */
static void skip(int sig, siginfo_t *info, void *context)
{
	ucontext_t *c = context;

	(void)sig, (void)info;
	c->uc_mcontext.gregs[REG_RIP] += 2;
	c->uc_mcontext.gregs[REG_R15] = 4321;
	c->uc_mcontext.gregs[REG_RCX] = 77;
	c->uc_mcontext.gregs[REG_R11] = 88;
}

static void restarting(int argc, char **argv)
{
	long r15 = 1, rcx = 2, r11 = 3, kept = 0;

	(void)argc, (void)argv;
	guarded = mmap(NULL, 10 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	set_info_handler(SIGSEGV, repair, 0);
	for (int i = 0; i < 10; i++)
		guarded[i * 4096 + i] = i;
	SHOW(handled);
	for (int i = 0; i < 10; i++)
		kept += guarded[i * 4096 + i];
	SHOW(kept);
	set_info_handler(SIGILL, skip, 0);
	__asm__ volatile(
		"mov %3, %%r15; mov %4, %%rcx; mov %5, %%r11; ud2; mov %%r15, %0; mov %%rcx, "
		"%1; mov %%r11, %2"
		: "=m"(r15), "=m"(rcx), "=m"(r11)
		: "m"(r15), "m"(rcx), "m"(r11)
		: "r15", "rcx", "r11", "memory");
	printf("%ld %ld %ld\n", r15, rcx, r11);
}

/* A handler that uses what the code it interrupts has in use. */
static void scribble(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	handled++;
	feraiseexcept(FE_INEXACT);
	__asm__ volatile("fninit; fldz; fldz; fldz; fldz; fldz; fldz; fldz; fldz");
	__asm__ volatile("pxor %%xmm0, %%xmm0; pxor %%xmm7, %%xmm7; pxor %%xmm15, %%xmm15"
			 :
			 :
			 : "xmm0", "xmm7", "xmm15");
	if (__builtin_cpu_supports("avx2"))
		__asm__ volatile("vzeroall" : : : "xmm1", "xmm2", "xmm3");
	__asm__ volatile("fninit");
}

static void float_state(int argc, char **argv)
{
	unsigned char before[32], after[32];
	double x87 = 0;
	long pid = getpid();
	int wrong = 0;
	unsigned mxcsr = 0x3f80, mxcsr_after = 0; /* round up */

	(void)argc, (void)argv;
	__builtin_cpu_init();
	set_info_handler(SIGUSR1, scribble, 0);
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 32; i++)
			before[i] = round * 5 + i + 1;
		memset(after, 0, sizeof(after));
		__asm__ volatile("fldpi; ldmxcsr %0" : : "m"(mxcsr));
		if (__builtin_cpu_supports("avx2"))
			__asm__ volatile("vmovdqu (%0), %%ymm7; syscall; vmovdqu %%ymm7, (%1)"
					 :
					 : "r"(before), "r"(after), "a"(SYS_kill), "D"(pid),
					   "S"(SIGUSR1)
					 : "rcx", "r11", "memory");
		else
			__asm__ volatile("movdqu (%0), %%xmm7; syscall; movdqu %%xmm7, (%1)"
					 :
					 : "r"(before), "r"(after), "a"(SYS_kill), "D"(pid),
					   "S"(SIGUSR1)
					 : "rcx", "r11", "memory");
		__asm__ volatile("fstpl %0; stmxcsr %1" : "=m"(x87), "=m"(mxcsr_after));
		wrong += memcmp(before, after, __builtin_cpu_supports("avx2") ? 32 : 16) != 0;
		wrong += mxcsr_after != mxcsr;
		wrong += x87 < 3.14 || x87 > 3.15;
	}
	mxcsr = 0x1f80;
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	SHOW(handled);
	SHOW(wrong);
}

static void by_default(int argc, char **argv)
{
	MUST(argc > 1);
	puts("before");
	fflush(stdout);
	raise(atoi(argv[1]));
	puts("after");
}

static void end_by_fault(int argc, char **argv)
{
	MUST(argc > 1);
	puts("before");
	fflush(stdout);
	switch (*argv[1]) {
	case 'n':
		*(volatile int *)(uintptr_t)(zero * 1) = 1;
		break;
	case 'd':
		zero = 1 / zero;
		break;
	case 'i':
		__asm__ volatile("ud2");
		break;
	case 'b':
		__asm__ volatile("int3");
		break;
	case 'x':
		((void (*)(void))(uintptr_t)stack_memory)();
		break;
	case 'p':
		__asm__ volatile("cli");
		break;
	case 'k': { /* blocked: can't be caught either */
		sigset_t set;

		sigfillset(&set);
		sigprocmask(SIG_SETMASK, &set, NULL);
		set_handler(SIGSEGV, count, 0);
		*(volatile int *)(uintptr_t)(zero * 1) = 1;
		break;
	}
	case 'g': /* ignored: no better */
		signal(SIGSEGV, SIG_IGN);
		*(volatile int *)(uintptr_t)(zero * 1) = 1;
		break;
	case 'a':
		abort();
	case 'w': { /* a write that nobody reads */
		int p[2];

		MUST(pipe(p) == 0 && close(p[0]) == 0);
		MUST(write(p[1], "x", 1) == 1);
	}
	}
	puts("after");
}

/* One that waits for all signals is stopped and killed all the same. */
static void waiting_for_all(int argc, char **argv)
{
	int status = 0;
	pid_t pid = child();

	(void)argc, (void)argv;
	if (pid == 0) {
		sigset_t all;

		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
		leave(sigwaitinfo(&all, NULL));
	}
	usleep(100000);
	MUST(kill(pid, SIGSTOP) == 0);
	SHOW(waitpid(pid, &status, WUNTRACED) == pid);
	SHOW(WIFSTOPPED(status));
	MUST(kill(pid, SIGKILL) == 0);
	show_end("killed", pid);
}

/* kill(2) sends a realtime signal even if none may be queued. */
static void full_of_kill(int argc, char **argv)
{
	const struct rlimit none = {0, 0};

	(void)argc, (void)argv;
	MUST(setrlimit(RLIMIT_SIGPENDING, &none) == 0);
	set_info_handler(SIGRTMIN, note, 0);
	CALL(kill(getpid(), SIGRTMIN));
	SHOW(handled == SIGRTMIN);
	SHOW(last_code == SI_USER);
	CALL(sigqueue(getpid(), SIGRTMIN, (union sigval){0}));
}

const struct conform_case signal_cases[] = {
	{"sigwait-all", waiting_for_all},
	{"queue-full-kill", full_of_kill},
	{"signals", to_oneself},
	{"actions", actions},
	{"siginfo", info},
	{"queued", queued},
	{"sigwait", waiting},
	{"altstack", alternate_stack},
	{"faults", faults},
	{"restart", restarting},
	{"float-state", float_state},
	{"sigwait-unblocked", waiting_unblocked},
	{"queue-full", queue_full},
	{"default", by_default},
	{"fault", end_by_fault},
	{NULL, NULL},
};
