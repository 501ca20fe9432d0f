/* SPDX-License-Identifier: MIT */
/* System calls: x86-64 Linux numbers, arguments and errnos. */
#ifndef SYSCALL_H
#define SYSCALL_H

#include <stdint.h>

#include "../trap.h"

/*
 * A handler finds its arguments in RDI, RSI, RDX, R10, R8 and R9 of the
 * frame. It returns the result, or a negative errno.
 */
typedef int64_t syscall_fn(const struct trap_frame *frame);

/* file.c */
syscall_fn sys_read, sys_write, sys_open, sys_close, sys_lseek;
/* memory.c */
syscall_fn sys_mmap, sys_munmap, sys_mprotect, sys_brk;
/* process.c */
syscall_fn sys_exit;

#endif
