/* SPDX-License-Identifier: MIT */
/* System calls of the process itself. */
#include "../proc/process.h"

#include "syscall.h"

int64_t sys_exit(const struct trap_frame *frame)
{
	process_exit(frame->rdi);
}
