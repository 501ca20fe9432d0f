/* SPDX-License-Identifier: MIT */
/*
 * VMware's ports, as a program reads them that looks for a hypervisor: each
 * access is a SIGSEGV that leaves the registers as they were, and the program
 * goes on.
 */
#include <linux/signal.h>

#include <asm/sigcontext.h>
#include <asm/ucontext.h>

#include "check.h"

#define MAGIC 0x564d5868
#define BYTES 5000 /* more than a page, for string instructions */

static unsigned long start, end; /* of the instruction that is tried */
static volatile unsigned long signals, rip, rax, rcx;
static char buffer[BYTES];

static void on_signal(int sig, siginfo_t *info, struct ucontext *context)
{
	(void)info;
	signals += sig == SIGSEGV;
	rip = context->uc_mcontext.rip;
	rax = context->uc_mcontext.rax;
	rcx = context->uc_mcontext.rcx;
	context->uc_mcontext.rip = end;
}

static void __attribute__((naked)) restorer(void)
{
	__asm__("mov $15, %eax; syscall");
}

/* Tries an instruction; a function each, for its labels. */
#define ACCESS(name, instruction)                                                                  \
	static void __attribute__((noinline)) name(unsigned long port, unsigned long count)        \
	{                                                                                          \
		void *from = buffer, *to = buffer;                                                 \
                                                                                                   \
		__asm__ volatile("lea 1f(%%rip), %%rax; mov %%rax, %4\n\t"                         \
				 "lea 2f(%%rip), %%rax; mov %%rax, %5\n\t"                         \
				 "mov %6, %%eax\n"                                                 \
				 "1:	" instruction "\n2:"                                       \
				 : "+c"(count), "+d"(port), "+S"(from), "+D"(to), "=m"(start),     \
				   "=m"(end)                                                       \
				 : "i"(MAGIC)                                                      \
				 : "rax", "rbx", "memory");                                        \
	}

ACCESS(in8, "in %%dx, %%al")
ACCESS(in16, "in %%dx, %%ax")
ACCESS(in32, "in %%dx, %%eax")
ACCESS(out8, "out %%al, %%dx")
ACCESS(out16, "out %%ax, %%dx")
ACCESS(out32, "out %%eax, %%dx")
ACCESS(insb, "rep insb")
ACCESS(insl, "insl")
ACCESS(outsb, "rep outsb")
ACCESS(outsl, "outsl")

int main(void)
{
	const struct {
		void (*handler)(int, siginfo_t *, struct ucontext *);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} action = {on_signal, SA_SIGINFO | 0x04000000 /* SA_RESTORER */, restorer, 0};
	static void (*const ins[])(unsigned long, unsigned long) = {in8, in16, in32, insb, insl};
	static void (*const outs[])(unsigned long, unsigned long) = {out8, out16, out32, outsb,
								     outsl};
	unsigned long tried = 0;

	EQUAL(syscall6(__NR_rt_sigaction, SIGSEGV, (long)&action, 0, 8, 0, 0), 0);
	for (unsigned long port = 0x5658; port <= 0x5659; port++) {
		for (unsigned i = 0; i < sizeof(ins) / sizeof(ins[0]); i++) {
			ins[i](port, BYTES);
			EQUAL(signals, ++tried);
			EQUAL(rip, start);
			EQUAL(rax, MAGIC);
			EQUAL(rcx, BYTES);
		}
		for (unsigned i = 0; i < sizeof(outs) / sizeof(outs[0]); i++) {
			outs[i](port, BYTES);
			EQUAL(signals, ++tried);
			CHECK(rip >= start && rip <= end);
			EQUAL(rax, MAGIC);
		}
	}
	return pass();
}
