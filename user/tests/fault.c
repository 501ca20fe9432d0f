/* SPDX-License-Identifier: MIT */
/* Commits the fault that its argument names. Exits with 0 if nothing came of it. */
#include <linux/mman.h>

#include "check.h"

#define KERNEL 0xffff800000000000

extern char _start[];
static const int constant = 1;
static char code[] = "\xc3"; /* ret */

static void access_memory(const char *name)
{
	volatile long *at = NULL;

	if (same_text(name, "read-null"))
		*at;
	else if (same_text(name, "write-null"))
		*at = 1;
	else if (same_text(name, "exec-null"))
		((void (*)(void))at)();
	else if (same_text(name, "read-page0"))
		*(volatile char *)4095;
	else if (same_text(name, "write-text"))
		*(volatile char *)_start = 0;
	else if (same_text(name, "write-rodata"))
		*(volatile int *)&constant = 0;
	else if (same_text(name, "exec-data"))
		((void (*)(void))code)();
	else if (same_text(name, "exec-stack")) {
		volatile char local[1];

		local[0] = code[0];

		((void (*)(void))(long)local)();
	} else if (same_text(name, "read-kernel"))
		*(volatile char *)KERNEL;
	else if (same_text(name, "read-direct-map"))
		*(volatile char *)(KERNEL + 0x200000);
	else if (same_text(name, "write-kernel"))
		*(volatile char *)KERNEL = 0;
	else if (same_text(name, "exec-kernel"))
		((void (*)(void))KERNEL)();
	else if (same_text(name, "read-boot-map"))
		*(volatile char *)0x1f7000;
	else if (same_text(name, "read-last-page"))
		*(volatile char *)0x7ffffffff000;
	else if (same_text(name, "read-noncanonical"))
		*(volatile char *)0x800000000000;
	else if (same_text(name, "jump-noncanonical"))
		((void (*)(void))0x800000000000)();
	else if (same_text(name, "read-none"))
		*(volatile char *)mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	else if (same_text(name, "past-eof")) {
		int fd = open("tests/files/pages", O_RDONLY);

		*(volatile char *)(mmap(NULL, 16384, PROT_READ, MAP_PRIVATE, fd, 0) + 3 * 4096);
	}
}

static void __attribute__((noinline)) use_stack(unsigned long bytes)
{
	char block[4096];

	__asm__ volatile("movb $1, %0" : "=m"(block));
	if (bytes > sizeof(block))
		use_stack(bytes - sizeof(block));
	/* Still in use: this is no tail call. */
	__asm__ volatile("" : : "m"(block));
}

static void run_instruction(const char *name)
{
	if (same_text(name, "ud2"))
		__asm__ volatile("ud2");
	else if (same_text(name, "divide"))
		__asm__ volatile("xor %%ecx, %%ecx; div %%ecx" : : : "eax", "ecx", "edx");
	else if (same_text(name, "int3"))
		__asm__ volatile("int3");
	else if (same_text(name, "int1"))
		__asm__ volatile(".byte 0xf1");
	else if (same_text(name, "int-0x80"))
		__asm__ volatile("mov $1, %%eax; int $0x80" : : : "eax");
	else if (same_text(name, "int-8"))
		__asm__ volatile("int $8");
	else if (same_text(name, "int-14"))
		__asm__ volatile("int $14");
	else if (same_text(name, "int-4"))
		__asm__ volatile("int $4");
	else if (same_text(name, "int-255"))
		__asm__ volatile("int $255");
	else if (same_text(name, "cli"))
		__asm__ volatile("cli");
	else if (same_text(name, "hlt"))
		__asm__ volatile("hlt");
	else if (same_text(name, "out-exit"))
		__asm__ volatile("out %%eax, %%dx" : : "a"(0), "d"(0x8005));
	else if (same_text(name, "out-console"))
		__asm__ volatile("out %%al, %%dx" : : "a"('!'), "d"(0x217));
	else if (same_text(name, "in"))
		__asm__ volatile("in $0x60, %%al" : : : "eax");
	else if (same_text(name, "read-cr3"))
		__asm__ volatile("mov %%cr3, %%rax" : : : "rax");
	else if (same_text(name, "write-cr4"))
		__asm__ volatile("mov %0, %%cr4" : : "r"(0L));
	else if (same_text(name, "rdmsr"))
		__asm__ volatile("rdmsr" : : "c"(0xc0000082) : "eax", "edx");
	else if (same_text(name, "wrmsr"))
		__asm__ volatile("wrmsr" : : "c"(0xc0000082), "a"(0), "d"(0));
	else if (same_text(name, "swapgs"))
		__asm__ volatile("swapgs");
	else if (same_text(name, "lgdt"))
		__asm__ volatile("lgdt 0x400000");
	else if (same_text(name, "sysretq"))
		__asm__ volatile("sysretq");
	else if (same_text(name, "iretq-kernel"))
		__asm__ volatile("push $0x10; push %%rsp; push $2; push $8; push $0; iretq"
				 :
				 :
				 : "memory");
	else if (same_text(name, "ss-noncanonical"))
		__asm__ volatile("mov $0x800000000010, %%rax; mov %%rax, %%rsp; push %%rax"
				 :
				 :
				 : "rax");
	else if (same_text(name, "rsp-wild"))
		__asm__ volatile("mov $8, %%rsp; ud2" : : :);
	else if (same_text(name, "trap-flag"))
		__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop" : : : "memory");
	else if (same_text(name, "trap-flag-syscall"))
		__asm__ volatile("mov $999, %%eax; pushfq; orq $0x100, (%%rsp); popfq; syscall; nop"
				 :
				 :
				 : "rax", "rcx", "r11", "memory");
	else if (same_text(name, "misaligned"))
		__asm__ volatile("pushfq; orq $0x40000, (%%rsp); popfq; mov 1(%%rsp), %%rax"
				 :
				 :
				 : "rax", "memory");
	else if (same_text(name, "x87"))
		__asm__ volatile("fninit; push $0x37b; fldcw (%%rsp); fld1; fldz; fdivrp; fwait"
				 :
				 :
				 : "memory");
	else if (same_text(name, "sse"))
		__asm__ volatile("push $0x1f00; ldmxcsr (%%rsp); pxor %%xmm0, %%xmm0; "
				 "divss %%xmm0, %%xmm0"
				 :
				 :
				 : "memory", "xmm0");
}

static unsigned long parse_hex(const char *text)
{
	unsigned long value = 0;

	for (; *text; text++)
		value = value * 16 + (*text <= '9' ? *text - '0' : *text - 'a' + 10);
	return value;
}

/* Where `syscall` enters, called by hand. */
static void call_lstar(const char *name)
{
	/* The address is in RCX after no instruction of ours: take what the fault message of
	   a jump to it would show. e2e.sh passes it. */
	unsigned long lstar = parse_hex(name);

	/* A system call that isn't there, coming back where RCX says. */
	__asm__ volatile("mov $999, %%eax; lea 1f(%%rip), %%rcx; mov $0x3202, %%r11d; jmp *%0; 1:"
			 :
			 : "r"(lstar)
			 : "rax", "rcx", "r11", "memory");
	/* IOPL 3 was asked for and must not have been given. */
	__asm__ volatile("out %%al, %%dx" : : "a"('!'), "d"(0x217));
}

static void call_lstar_wild(const char *name)
{
	unsigned long lstar = parse_hex(name);

	__asm__ volatile("mov $999, %%eax; mov $0x800000000000, %%rcx; mov $2, %%r11d; jmp *%0"
			 :
			 : "r"(lstar)
			 : "rax", "rcx", "r11", "memory");
}

/* IOPL 3 was asked for on the way here, and must not have been given. */
static void handler_with_io(void)
{
	__asm__ volatile("out %%al, %%dx" : : "a"('!'), "d"(0x217));
	exit_group(0);
}

/* The same, and another thread runs before this one goes on. */
static void call_lstar_wild_yield(const char *name)
{
	static char stack[64] __attribute__((aligned(16)));
	unsigned long lstar = parse_hex(name);

	/* clone() with the flags of a thread. It yields for ever, and the first one does so once.
	 */
	__asm__ volatile(
		"syscall; test %%eax, %%eax; jnz 2f\n"
		"1: mov %[yield], %%eax; syscall; jmp 1b\n"
		"2: mov %[yield], %%eax; mov $0x800000000000, %%rcx; mov $2, %%r11d; jmp *%[lstar]"
		:
		: "a"(__NR_clone), "D"(0x50f00), "S"(stack + sizeof(stack)),
		  "d"(0), [yield] "i"(__NR_sched_yield), [lstar] "b"(lstar)
		: "rcx", "r11", "memory");
}

static void set_handler(int sig, void (*handler)(void))
{
	const struct {
		void (*handler)(void);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} action = {handler, 0x04000000 /* SA_RESTORER */, handler, 0};

	syscall6(__NR_rt_sigaction, sig, (long)&action, 0, 8, 0, 0);
}

/* A system call that can't return, for a handler to run instead. */
static void call_lstar_handled(const char *name)
{
	unsigned long lstar = parse_hex(name);

	set_handler(11, handler_with_io);
	__asm__ volatile("mov $999, %%eax; mov $0x800000000000, %%rcx; mov $0x3202, %%r11d; jmp *%0"
			 :
			 : "r"(lstar)
			 : "rax", "rcx", "r11", "memory");
}

/* A handler at an address that isn't canonical, of a fault or of a signal that is sent. */
static void handle_nowhere(const char *name)
{
	void (*const nowhere)(void) = (void (*)(void))0x800000000000;

	if (same_text(name, "handler-noncanonical")) {
		set_handler(11, nowhere);
		*(volatile char *)NULL;
	} else if (same_text(name, "handler-noncanonical-sent")) {
		set_handler(10, nowhere);
		syscall3(__NR_kill, syscall3(__NR_getpid, 0, 0, 0), 10, 0);
	}
}

/* A signal's return that no signal came before, to an address. */
static void sigreturn(const char *name)
{
	static unsigned long frame[140];
	unsigned long *rip = &frame[1 + 168 / 8]; /* of struct ucontext, behind the restorer */

	if (same_text(name, "sigreturn-noncanonical"))
		*rip = 0x800000000000;
	else if (same_text(name, "sigreturn-kernel"))
		*rip = KERNEL;
	else if (same_text(name, "sigreturn-last-page"))
		*rip = 0x7ffffffff000;
	else if (!same_text(name, "sigreturn-null"))
		return;
	__asm__ volatile("mov %0, %%rsp; syscall" : : "r"(&frame[1]), "a"(__NR_rt_sigreturn));
}

static void leave_without_stack(const char *name)
{
	if (same_text(name, "sigreturn-no-frame"))
		__asm__ volatile("mov $-8, %%rsp; syscall" : : "a"(__NR_rt_sigreturn));
	else if (same_text(name, "exit-no-stack"))
		__asm__ volatile("mov %0, %%rsp; syscall"
				 :
				 : "r"(KERNEL), "a"(__NR_exit_group), "D"(0));
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (same_text(name, "lstar") && argc > 2)
		call_lstar(argv[2]);
	else if (same_text(name, "lstar-wild") && argc > 2)
		call_lstar_wild(argv[2]);
	else if (same_text(name, "lstar-wild-yield") && argc > 2)
		call_lstar_wild_yield(argv[2]);
	else if (same_text(name, "lstar-handled") && argc > 2)
		call_lstar_handled(argv[2]);
	else if (same_text(name, "deep-stack"))
		use_stack(8000000);
	else if (same_text(name, "stack-overflow"))
		use_stack(9000000);
	else {
		access_memory(name);
		run_instruction(name);
		handle_nowhere(name);
		sigreturn(name);
		leave_without_stack(name);
	}
	return 0;
}
