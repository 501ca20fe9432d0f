/* SPDX-License-Identifier: MIT */
/* --trace=syscalls. */
#ifndef TRACE_H
#define TRACE_H

#include "../abi.h"
#include "../proc/stack.h"
#include "../types.h"
#include "../x86/trap_frame.h"

/* From now on the program's system calls are shown, as the host wants it; NULL: all, on its stderr.
 */
void trace_init(const struct boot_trace *wanted);

/*
 * Shows the first program, whose stack these contents are and begins at rsp, by the execve(2) that
 * would have executed it. For those who trace; the space is the program's.
 */
void trace_first_program(const struct stack_contents *contents, uaddr_t rsp);

/* Makes a system call and shows it. Sets RAX of the frame to the result. */
void trace_dispatch(struct trap_frame *frame);

#endif
