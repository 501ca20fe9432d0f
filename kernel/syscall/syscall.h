/* SPDX-License-Identifier: MIT */
/* System calls: x86-64 Linux numbers, arguments and errnos. */
#ifndef SYSCALL_H
#define SYSCALL_H

#include "../trap.h"
#include "calls.h"

/*
 * A handler finds its arguments in RDI, RSI, RDX, R10, R8 and R9 of the
 * frame. It returns the result, or a negative errno. Only the few that end a
 * call in another way change the frame.
 */
typedef int64_t syscall_fn(struct trap_frame *frame);

#define DECLARE(name, handler, args) syscall_fn handler;
SYSCALLS(DECLARE, DECLARE)
#undef DECLARE

/*
 * For trap.S: handlers by number, below the limit, of calls that need the
 * arguments in the frame and nothing else. What isn't there (and all calls,
 * if the limit is 0) goes to syscall_entered, with all registers in the frame,
 * and that stores the result.
 */
extern syscall_fn *const syscall_table[];
extern uint64_t syscall_limit;
extern void (*syscall_entered)(struct trap_frame *frame);

/* The handler of a system call, or NULL: there is none. */
syscall_fn *syscall_handler(uint64_t number);

/*
 * --trace=syscalls: the value of syscall_entered that shows each call on the
 * host's stderr, as strace(1) writes them. Costs nothing where it isn't set.
 */
void trace_dispatch(struct trap_frame *frame);

#endif
