/* SPDX-License-Identifier: MIT */
/* The registers that gdb is shown. */
#include "shown.h"

bool shown_take_program(struct stub *stub)
{
	struct state *state = &stub->of_program;
	struct trap_frame frame;

	*state = stub->machine.state;
	if (!kernelinfo_user_frame(&stub->machine.kernel, &stub->machine.memory, &frame))
		return false;
	state->regs = (struct kvm_regs){
		.rax = frame.rax,
		.rbx = frame.rbx,
		.rcx = frame.rcx,
		.rdx = frame.rdx,
		.rsi = frame.rsi,
		.rdi = frame.rdi,
		.rsp = frame.rsp,
		.rbp = frame.rbp,
		.r8 = frame.r8,
		.r9 = frame.r9,
		.r10 = frame.r10,
		.r11 = frame.r11,
		.r12 = frame.r12,
		.r13 = frame.r13,
		.r14 = frame.r14,
		.r15 = frame.r15,
		.rip = frame.rip,
		.rflags = frame.rflags,
	};
	state->sregs.cs.selector = frame.cs;
	state->sregs.ss.selector = frame.ss;
	return true;
}

const struct state *shown_state(const struct stub *stub)
{
	return stub->shows_program ? &stub->of_program : &stub->machine.state;
}
