/* SPDX-License-Identifier: MIT */
/* A kernel that runs out of its stack when the program ends: kernel/overflow.bin. */
#include "../syscall/syscall.h"

int64_t __wrap_sys_exit_group(struct trap_frame *frame);

int64_t __wrap_sys_exit_group(struct trap_frame *frame)
{
	volatile struct trap_frame deeper = *frame;

	/* Always: the compiler is not to know. */
	if (frame->rax != 0)
		__wrap_sys_exit_group((struct trap_frame *)&deeper);
	return deeper.rax;
}
