/* SPDX-License-Identifier: MIT */
/* System calls: x86-64 Linux numbers, arguments and errnos. */
#ifndef SYSCALL_H
#define SYSCALL_H

#include <stddef.h>

#include "../types.h"
#include "../x86/trap_frame.h"

/*
 * The handlers, as syscalls.def declares them. Each returns the result or a negative errno. The
 * program's registers are in user_frame: all of them if trap.S calls the handler through
 * whole_*, else the arguments, RAX, RIP, RSP and RFLAGS.
 */
#define CALL(number, name, handler, parameters, arguments) int64_t handler parameters;
#define NONE(number, name, arguments, reason)
#define UNUSED(first, last)
#define REASON(reason, text)
#include "syscalls.def"
#undef CALL
#undef NONE
#undef UNUSED
#undef REASON

int64_t sys_clone(uint64_t flags, uaddr_t stack, uaddr_t parent_tid, uaddr_t child_tid,
		  uaddr_t tls);
int64_t sys_clone3(uaddr_t args, size_t bytes);
int64_t sys_fork(void);
int64_t sys_vfork(void);
int64_t sys_rt_sigreturn(void);

/* A handler, whatever its parameters: only trap.S calls through it. */
typedef void syscall_fn(void);

/*
 * For trap.S: handlers by number. Those that don't go straight to them, by syscall_limit of
 * sched/trampoline.h, go to syscall_dispatch() with all registers in the frame.
 */
extern syscall_fn *const syscall_table[];
void syscall_dispatch(struct trap_frame *frame);

/* How many system calls there are: numbers below it are in the table. */
extern const uint64_t syscall_count;

/* Before the first of them. */
void syscall_init(void);

/* From now on all calls find all registers in user_frame. With tracing, each is traced. */
void syscall_slow(void);

#endif
