/* SPDX-License-Identifier: MIT */
/*
 * Tries all that traps_cases.S has: each ends as it may, and the program goes on after it. With
 * an argument it tells the name of each before.
 */
#include <linux/mman.h>
#include <linux/signal.h>

#include <asm/sigcontext.h>
#include <asm/ucontext.h>

#include "check.h"

#define PAGE	  4096L
#define LAST_PAGE ((char *)0x7fffffffe000)

/* traps_cases.S */
extern const struct {
	const char *name;
	void (*code)(void);
	unsigned long may; /* bit n: signal n; bit 0: none */
} cases[], cases_end[];
extern char landing[];
void attempt(void (*code)(void));

static char stack[4 * PAGE] __attribute__((aligned(16)));
static volatile int signal;

static void on_signal(int sig, siginfo_t *info, struct ucontext *context)
{
	(void)info;
	signal = sig;
	context->uc_mcontext.rip = (unsigned long)landing;
	context->uc_mcontext.eflags = 2;
}

static void __attribute__((naked)) restorer(void)
{
	__asm__("mov $15, %eax; syscall");
}

int main(int argc, char **argv)
{
	const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	const struct {
		void (*handler)(int, siginfo_t *, struct ucontext *);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} action = {on_signal, SA_SIGINFO | SA_ONSTACK | 0x04000000 /* SA_RESTORER */, restorer, 0};
	static const int sigs[] = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV};
	int failed = 0;

	EQUAL(syscall3(__NR_sigaltstack, (long)&alternate, 0, 0), 0);
	for (unsigned i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		EQUAL(syscall6(__NR_rt_sigaction, sigs[i], (long)&action, 0, 8, 0, 0), 0);
	EQUAL(mprotect(LAST_PAGE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC), 0);
	LAST_PAGE[PAGE - 2] = 0x0f;
	LAST_PAGE[PAGE - 1] = 0x05;
	for (unsigned i = 0; &cases[i] < cases_end; i++) {
		signal = 0;
		if (argc > 1) {
			print(1, cases[i].name);
			print(1, argv[1]);
		}
		attempt(cases[i].code);
		if (cases[i].may >> signal & 1)
			continue;
		print(1, cases[i].name);
		print(1, signal ? ": signal " : ": no signal ");
		print_number(1, signal);
		print(1, "\n");
		failed = 1;
	}
	return failed ? 1 : pass();
}
