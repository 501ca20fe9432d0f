/* SPDX-License-Identifier: MIT */
/* The signal frame: struct rt_sigframe of Linux, and the FPU state above it. */
#include "sigframe.h"

#include <asm/errno.h>
#include <asm/sigcontext.h>
#include <asm/ucontext.h>
#include <linux/signal.h>

#include "../abi.h"
#include "../layout.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "../sched/trampoline.h"
#include "../x86/cpu.h"
#include "../x86/x86.h"
#include "signal.h"

#define RED_ZONE   128 /* System V ABI, x86-64 supplement, 3.2.2 */
#define FPU_ALIGN  64  /* of xsave */
#define EXCEPTIONS 32  /* vectors: SDM 3, 6.2 */

struct sigframe {
	uint64_t restorer; /* where the handler returns to */
	struct ucontext context;
	siginfo_t info;
};

/* The start of the FPU state: what fxsave stores, and xsave's header. */
struct fpu_start {
	uint8_t fxsave[464];
	struct _fpx_sw_bytes sw; /* bytes that the CPU leaves to software */
	uint8_t header[64];
};
_Static_assert(sizeof(struct fpu_start) == 576, "SDM 1, 13.4");

uint64_t sigframe_size(void)
{
	return RED_ZONE + sizeof(struct sigframe) + 16 + cpu.xsave_size + FP_XSTATE_MAGIC2_SIZE +
	       FPU_ALIGN;
}

/* Is the stack pointer on the current task's alternate stack? */
static bool on_alt_stack(uint64_t rsp)
{
	const struct signals *signals = &task_current()->signals;

	return rsp > signals->alt_start && rsp - signals->alt_start <= signals->alt_size;
}

stack_t sigframe_alt_stack(uint64_t rsp)
{
	const struct signals *signals = &task_current()->signals;
	stack_t stack;

	memset(&stack, 0, sizeof(stack)); /* its padding, too */
	stack.ss_sp = (void *)signals->alt_start;
	stack.ss_size = signals->alt_size;
	if (!signals->alt_size)
		stack.ss_flags = SS_DISABLE;
	else if (on_alt_stack(rsp))
		stack.ss_flags = SS_ONSTACK;
	return stack;
}

void sigframe_set_alt_stack(const stack_t *stack)
{
	bool on = !(stack->ss_flags & SS_DISABLE);

	task_current()->signals.alt_start = on ? (uint64_t)stack->ss_sp : 0;
	task_current()->signals.alt_size = on ? stack->ss_size : 0;
}

/* Where the frame goes: below the stack pointer, or on the alternate stack. */
static uint64_t stack_for(const struct trap_frame *frame, const struct sigaction *action)
{
	const struct signals *signals = &task_current()->signals;

	if (action->sa_flags & SA_ONSTACK && signals->alt_size && !on_alt_stack(frame->rsp))
		return signals->alt_start + signals->alt_size;
	return frame->rsp - RED_ZONE;
}

/* Prepares the FPU area: says what will be in it, and clears the header, to which xsave adds. */
static int push_fpu(uint64_t area)
{
	const uint32_t magic2 = FP_XSTATE_MAGIC2;
	uint32_t size = cpu.xsave_size;
	struct fpu_start start = {0};

	if (!cpu.xfeatures)
		return copy_to_user(area, &start, offsetof(struct fpu_start, header));
	start.sw.magic1 = FP_XSTATE_MAGIC1;
	start.sw.extended_size = size + FP_XSTATE_MAGIC2_SIZE;
	start.sw.xfeatures = cpu.xfeatures;
	start.sw.xstate_size = size;
	if (copy_to_user(area + size, &magic2, sizeof(magic2)) < 0)
		return -EFAULT;
	return copy_to_user(area, &start, sizeof(start));
}

/* The general registers but RSP: the same in a trap frame and in a context. */
#define GENERAL_BYTES offsetof(struct trap_frame, vector)
_Static_assert(offsetof(struct sigcontext, rsp) == GENERAL_BYTES, "the same registers");
_Static_assert(offsetof(struct sigcontext, rdi) == offsetof(struct trap_frame, rdi), "in order");
_Static_assert(offsetof(struct sigcontext, rcx) == offsetof(struct trap_frame, rcx), "in order");

static void save_context(struct sigcontext *c, const struct trap_frame *f)
{
	memcpy(c, f, GENERAL_BYTES);
	c->rsp = f->rsp;
	c->rip = f->rip;
	c->eflags = f->rflags;
	c->cs = SEL_USER_CODE;
	c->ss = SEL_USER_DATA;
	c->err = f->error;
	c->trapno = f->vector < EXCEPTIONS ? f->vector : 0;
	/* In other cases kvm_pvm may have left the address of the kernel's entry in CR2. */
	c->cr2 = f->vector == VECTOR_PF ? read_cr2() : 0;
}

/* The context is the program's: flags and segments are cut to what ring 3 may have. */
static void restore_context(struct trap_frame *f, const struct sigcontext *c)
{
	memcpy(f, c, GENERAL_BYTES);
	f->rsp = c->rsp;
	f->rip = c->rip;
	f->rflags = (c->eflags & RFLAGS_USER) | RFLAGS_IF | RFLAGS_1;
}

int sigframe_push(struct trap_frame *frame, const siginfo_t *info, const struct sigaction *action,
		  uint64_t mask)
{
	uint64_t stack = stack_for(frame, action);
	uint64_t fpu = (stack - cpu.xsave_size - FP_XSTATE_MAGIC2_SIZE) & -(uint64_t)FPU_ALIGN;
	/* At a function's first instruction RSP + 8 is a multiple of 16. */
	uint64_t at = ((fpu - sizeof(struct sigframe)) & -(uint64_t)16) - 8;
	struct sigframe image = {.restorer = (uint64_t)action->sa_restorer, .info = *info};
	struct ucontext *context = &image.context;

	context->uc_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
	context->uc_flags |= cpu.xfeatures ? UC_FP_XSTATE : 0;
	context->uc_stack = sigframe_alt_stack(frame->rsp);
	context->uc_sigmask = context->uc_mcontext.oldmask = mask;
	context->uc_mcontext.fpstate = (void *)fpu;
	save_context(&context->uc_mcontext, frame);
	/* The frame must fit the alternate stack that it is on. */
	if (on_alt_stack(stack) && at < task_current()->signals.alt_start)
		return -EFAULT;
	if (!(action->sa_flags & SA_RESTORER) || push_fpu(fpu) < 0 ||
	    copy_to_user(at, &image, sizeof(image)) < 0)
		return -EFAULT;
	frame->rdi = info->si_signo;
	frame->rsi = at + offsetof(struct sigframe, info);
	frame->rdx = at + offsetof(struct sigframe, context);
	frame->rsp = at;
	frame->rip = (uint64_t)action->sa_handler;
	frame->rflags = (frame->rflags & ~RFLAGS_HANDLER_CLEARS) | RFLAGS_IF | RFLAGS_1;
	trampoline_enter_handler(frame, fpu, cpu.xfeatures);
	return 0;
}

int sigframe_pop(struct trap_frame *frame)
{
	uint64_t at = frame->rsp - sizeof(uint64_t); /* `ret` has taken the restorer */
	uint64_t fpu;
	struct sigframe image;
	struct fpu_start start;

	if (copy_from_user(&image, at, offsetof(struct sigframe, info)) < 0)
		return -EFAULT;
	fpu = (uint64_t)image.context.uc_mcontext.fpstate;
	if (fpu && !trampoline_has_restored(frame)) {
		if (copy_from_user(&start, fpu, offsetof(struct fpu_start, header)) < 0)
			return -EFAULT;
		trampoline_restore_fpu(frame, fpu,
				       start.sw.magic1 == FP_XSTATE_MAGIC1 ? cpu.xfeatures : 0);
		trap_return(frame);
	}
	signal_set_blocked(image.context.uc_sigmask);
	if (image.context.uc_mcontext.rip >= USER_TOP)
		return -EFAULT;
	restore_context(frame, &image.context.uc_mcontext);
	/* sigaltstack(2): a handler may have changed it for its caller. */
	sigframe_set_alt_stack(&image.context.uc_stack);
	return 0;
}
