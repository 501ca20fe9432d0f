/* SPDX-License-Identifier: MIT */
/* A kernel that runs out of its stack when the program ends: kernel/overflow.bin. */
#include "../syscall/syscall.h"

int64_t __wrap_sys_exit_group(int status);

int64_t __wrap_sys_exit_group(int status)
{
	volatile struct trap_frame deeper = user_frame;

	/* Always: the compiler is not to know. */
	if (user_frame.rax != 0)
		__wrap_sys_exit_group(status + 1);
	return deeper.rax;
}
