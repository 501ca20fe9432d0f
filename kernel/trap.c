/* SPDX-License-Identifier: MIT */
/* What the kernel does about an exception. */
#include "trap.h"

#include <asm/errno.h>
#include <asm/signal.h>
#include <linux/mman.h>

#include "lib/printk.h"
#include "mm/space.h"
#include "mm/uaccess.h"
#include "proc/process.h"
#include "x86.h"

#define OPCODE_INT 0xcd

#define VECTOR_UD 6
#define VECTOR_GP 13
#define VECTOR_PF 14

static const struct {
	const char *name;
	uint8_t signal; /* what Linux sends a program for it */
} vectors[32] = {
	[0] = {"#DE divide error", SIGFPE},
	[1] = {"#DB debug", SIGTRAP},
	[2] = {"NMI", SIGSEGV},
	[3] = {"#BP breakpoint", SIGTRAP},
	[4] = {"#OF overflow", SIGSEGV},
	[5] = {"#BR bound range", SIGSEGV},
	[6] = {"#UD invalid opcode", SIGILL},
	[7] = {"#NM no FPU", SIGSEGV},
	[8] = {"#DF double fault", SIGSEGV},
	[10] = {"#TS invalid TSS", SIGSEGV},
	[11] = {"#NP segment not present", SIGBUS},
	[12] = {"#SS stack segment", SIGBUS},
	[13] = {"#GP general protection", SIGSEGV},
	[14] = {"#PF page fault", SIGSEGV},
	[16] = {"#MF x87 error", SIGFPE},
	[17] = {"#AC alignment check", SIGBUS},
	[18] = {"#MC machine check", SIGBUS},
	[19] = {"#XM SIMD error", SIGFPE},
	[20] = {"#VE virtualization", SIGSEGV},
	[21] = {"#CP control protection", SIGSEGV},
	[28] = {"#HV hypervisor injection", SIGSEGV},
	[29] = {"#VC VMM communication", SIGSEGV},
	[30] = {"#SX security", SIGSEGV},
};

static const char *vector_name(uint64_t vector)
{
	return vector < 32 && vectors[vector].name ? vectors[vector].name : "reserved vector";
}

/* Shows the user the registers of a frame. */
static void print_frame(const struct trap_frame *f)
{
	printk("  rip=%016lx rflags=%08lx cs=%02lx ss=%02lx\n"
	       "  rax=%016lx rbx=%016lx rcx=%016lx rdx=%016lx\n"
	       "  rsi=%016lx rdi=%016lx rbp=%016lx rsp=%016lx\n"
	       "  r8 =%016lx r9 =%016lx r10=%016lx r11=%016lx\n"
	       "  r12=%016lx r13=%016lx r14=%016lx r15=%016lx\n",
	       f->rip, f->rflags, f->cs, f->ss, f->rax, f->rbx, f->rcx, f->rdx, f->rsi, f->rdi,
	       f->rbp, f->rsp, f->r8, f->r9, f->r10, f->r11, f->r12, f->r13, f->r14, f->r15);
}

static const char *access_name(uint64_t error)
{
	return error & PF_FETCH ? "execute" : error & PF_WRITE ? "write" : "read";
}

/* Ends the program by the signal that Linux sends for this exception. */
static _Noreturn void kill_for_trap(const struct trap_frame *f, int sig)
{
	if (f->vector == VECTOR_PF)
		printk("kernel: %s: the program can't %s address 0x%lx\n", vector_name(f->vector),
		       access_name(f->error), read_cr2());
	else
		printk("kernel: %s in the program, error code 0x%lx\n", vector_name(f->vector),
		       f->error);
	print_frame(f);
	process_kill(sig);
}

/* The program touched a page that wasn't there, or that it may not use so. */
static void user_page_fault(const struct trap_frame *f)
{
	uint64_t error = f->error;
	int result = -EFAULT;

	/* Else the CPU itself touched it, for a GDT entry say: nothing to bring in. */
	if (error & PF_USER)
		result = space_fault(read_cr2(), error & PF_FETCH   ? PROT_EXEC
						 : error & PF_WRITE ? PROT_WRITE
								    : PROT_READ);
	if (result == -ENOMEM)
		process_out_of_memory();
	if (result < 0)
		kill_for_trap(f, result == -EIO ? SIGBUS : SIGSEGV);
}

void trap_dispatch(struct trap_frame *f)
{
	uint8_t opcode;

	if ((f->cs & 3) == 0) {
		print_frame(f);
		panic("%s in the kernel at 0x%lx, error code 0x%lx, cr2 0x%lx",
		      vector_name(f->vector), f->rip, f->error, read_cr2());
	}
	/* kvm_pvm raises #UD for an `int n` whose gate ring 3 may not use. */
	if (f->vector == VECTOR_UD && copy_from_user(&opcode, f->rip, 1) == 0 &&
	    opcode == OPCODE_INT)
		f->vector = VECTOR_GP;
	if (f->vector == VECTOR_PF)
		user_page_fault(f);
	else
		kill_for_trap(f, f->vector < 32 && vectors[f->vector].signal
					 ? vectors[f->vector].signal
					 : SIGSEGV);
}

void trap_bad_return(struct trap_frame *f)
{
	f->vector = VECTOR_GP;
	f->error = 0;
	kill_for_trap(f, SIGSEGV);
}
