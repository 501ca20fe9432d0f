/* SPDX-License-Identifier: MIT */
/* What the kernel does about an exception. */
#include "trap.h"

#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <linux/mman.h>

#include "../abi.h"
#include "../host/printk.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../proc/deliver.h"
#include "../proc/exit.h"
#include "../sched/tick.h"
#include "../sched/trampoline.h"
#include "../x86/x86.h"
#include "return.h"

/* Of `int n`. `int $0x80` is SIGSEGV, as on a Linux without 32-bit programs. */
#define OPCODE_INT 0xcd

#define VSYSCALL_PAGE	 0xffffffffff600000
#define VSYSCALL_SPACING 0x400 /* of its functions */

#define VECTOR_UD 6
#define VECTOR_DF 8
#define VECTOR_GP 13
#define VECTOR_MF 16
#define VECTOR_XM 19

static const struct {
	const char *name;
	uint8_t signal; /* what Linux sends a program for it */
} vectors[32] = {
	/* clang-format off */
	[0] = {"#DE divide error", SIGFPE}, [1] = {"#DB debug", SIGTRAP}, [2] = {"NMI", SIGSEGV},
	[3] = {"#BP breakpoint", SIGTRAP}, [4] = {"#OF overflow", SIGSEGV},
	[5] = {"#BR bound range", SIGSEGV}, [6] = {"#UD invalid opcode", SIGILL},
	[7] = {"#NM no FPU", SIGSEGV}, [8] = {"#DF double fault", 0},
	[10] = {"#TS invalid TSS", SIGSEGV}, [11] = {"#NP segment not present", SIGBUS},
	[12] = {"#SS stack segment", SIGBUS}, [13] = {"#GP general protection", SIGSEGV},
	[14] = {"#PF page fault", SIGSEGV}, [16] = {"#MF x87 error", SIGFPE},
	[17] = {"#AC alignment check", SIGBUS}, [18] = {"#MC machine check", SIGBUS},
	[19] = {"#XM SIMD error", SIGFPE}, [20] = {"#VE virtualization", SIGSEGV},
	[21] = {"#CP control protection", SIGSEGV}, [28] = {"#HV hypervisor injection", SIGSEGV},
	[29] = {"#VC VMM communication", SIGSEGV}, [30] = {"#SX security", SIGSEGV},
	/* clang-format on */
};

/* siginfo's si_code for them; 0: SI_KERNEL. */
static const uint8_t vector_codes[32] = {
	[0] = FPE_INTDIV, [1] = TRAP_TRACE, [6] = ILL_ILLOPN, [17] = BUS_ADRALN};

static const char *vector_name(uint64_t vector)
{
	if (vector == VECTOR_TIMER)
		return "timer interrupt";
	return vectors[vector].name ? vectors[vector].name : "reserved vector";
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

/* Shows the user the exception that ends the program. */
static void print_fault(const struct trap_frame *f)
{
	if (f->vector == VECTOR_PF)
		printk("kernel: %s: the program can't %s address 0x%lx\n", vector_name(f->vector),
		       access_name(f->error), read_cr2());
	else
		printk("kernel: %s in the program, error code 0x%lx\n", vector_name(f->vector),
		       f->error);
	print_frame(f);
}

/* What raised #MF or #XM: the exception flag whose mask is off (SDM 1, 8.5 and 11.5.2). */
static int fpe_code(const struct trap_frame *f)
{
	static const uint8_t codes[] = {FPE_FLTINV, FPE_FLTUND, FPE_FLTDIV,
					FPE_FLTOVF, FPE_FLTUND, FPE_FLTRES};
	static uint8_t state[512] __attribute__((aligned(16)));
	uint16_t control, status;
	uint32_t mxcsr;

	fxsave(state);
	memcpy(&control, state, sizeof(control));
	memcpy(&status, state + 2, sizeof(status));
	memcpy(&mxcsr, state + 24, sizeof(mxcsr));
	if (f->vector == VECTOR_XM)
		status = mxcsr & ~(mxcsr >> 7);
	else
		status &= ~control;
	/* The flags from bit 0 on: invalid, denormal, zero divide, overflow, underflow, precision.
	 */
	return codes[__builtin_ctz(status | 1u << 5)];
}

/* Sends the program the signal of its exception; without a handler, the user is told. */
static void raise_fault(struct trap_frame *f, int sig, int code, uint64_t address)
{
	siginfo_t info = signal_info(sig, code);

	info.si_addr = (void *)address;
	if (!signal_has_handler(sig))
		print_fault(f);
	signal_force(f, &info);
}

/*
 * The program jumped to the vsyscall page, which isn't mapped. Does what its three functions do,
 * as Linux does (arch/x86/entry/vsyscall). False: there is no such function, or it failed.
 */
static bool vsyscall(struct trap_frame *f)
{
	static const uint16_t numbers[] = {__NR_gettimeofday, __NR_time, __NR_getcpu};
	uint64_t function = (f->rip - VSYSCALL_PAGE) / VSYSCALL_SPACING;
	struct trap_frame call = *f;
	int64_t result;
	uint64_t back;

	if (f->rip % VSYSCALL_SPACING || function >= 3 ||
	    copy_from_user(&back, f->rsp, sizeof(back)) < 0)
		return false;
	call.rax = numbers[function];
	result = syscall_invoke(&call);
	if (result == -EFAULT)
		return false;
	f->rax = result;
	f->rip = back;
	f->rsp += sizeof(back);
	return true;
}

/* What the program did to `address`, as a right that it needs for that. */
static unsigned access_prot(uint64_t error)
{
	return error & PF_FETCH ? PROT_EXEC : error & PF_WRITE ? PROT_WRITE : PROT_READ;
}

/* siginfo's si_code for a page fault that can't be mended, with the errno of space_fault(). */
static int page_fault_code(uint64_t address, int error)
{
	const struct vma *v = vma_find(current_space, address);

	if (error == -EIO)
		return BUS_ADRERR;
	return v && v->start <= address ? SEGV_ACCERR : SEGV_MAPERR;
}

/* The program touched a page that wasn't there, or that it may not use so. */
static void user_page_fault(struct trap_frame *f)
{
	uint64_t address = read_cr2();
	int error = -EFAULT;

	if (f->rip == address && page_down(address) == VSYSCALL_PAGE) {
		if (!vsyscall(f))
			raise_fault(f, SIGSEGV, SI_KERNEL, 0);
		return;
	}
	/* Else an implicit access of the CPU, to a descriptor say: SDM 3, 4.6. */
	if (f->error & PF_USER)
		error = space_fault(current_space, address, access_prot(f->error));
	if (error == -ENOMEM)
		process_out_of_memory(); /* and tries again */
	else if (error)
		raise_fault(f, error == -EIO ? SIGBUS : SIGSEGV, page_fault_code(address, error),
			    address);
}

/* An exception but #PF. For some of them, si_addr is that of the instruction. */
static void raise_exception(struct trap_frame *f)
{
	int sig = vectors[f->vector].signal ? vectors[f->vector].signal : SIGSEGV;
	int code = vector_codes[f->vector];

	if (f->vector == VECTOR_MF || f->vector == VECTOR_XM)
		code = fpe_code(f);
	raise_fault(f, sig, code ? code : SI_KERNEL, code ? f->rip : 0);
}

/* The timer's interrupt. */
static void take_tick(void)
{
	if (!trampoline_is_switching())
		tick_interrupt();
	else if (trampoline_goes_on())
		tick_put_off();
	else
		process_kill(SIGKILL);
}

void trap_dispatch(struct trap_frame *f)
{
	uint8_t opcode;

	/* A double fault is the kernel's own, whatever CS says: its stack is gone. */
	if ((f->cs & 3) == 0 || f->vector == VECTOR_DF) {
		print_frame(f);
		panic("%s in the kernel at 0x%lx, error code 0x%lx, cr2 0x%lx",
		      vector_name(f->vector), f->rip, f->error, read_cr2());
	}
	/* kvm_pvm raises #UD for an `int n` whose gate ring 3 may not use. */
	if (f->vector == VECTOR_UD && copy_from_user(&opcode, f->rip, 1) == 0 &&
	    opcode == OPCODE_INT)
		f->vector = VECTOR_GP;
	if (f->vector == VECTOR_TIMER)
		take_tick();
	else if (f->vector == VECTOR_PF)
		user_page_fault(f);
	else
		raise_exception(f);
	/* On kvm_pvm ring 3 has the host's GDT, and can load selectors that ours hasn't. */
	f->cs = SEL_USER_CODE;
	f->ss = SEL_USER_DATA;
	/* What a page fault of the trampoline's has led to waits for its end. */
	if (work_pending && !trampoline_is_switching())
		return_work(f);
}

void trap_bad_return(struct trap_frame *f)
{
	f->vector = VECTOR_GP;
	f->error = 0;
	raise_exception(f);
	trap_return(f);
}
