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

/* For mmap() of a file: its size, or -EBADF; -ENODEV where it has none. */
int64_t file_size(uint64_t fd);

/*
 * Reads [offset, offset + bytes) of a file to `start`, pages that are
 * populated. The file's own offset is left alone; what the file lacks by now
 * stays zero. Returns 0 or a negative errno.
 */
int file_read_at(uint64_t fd, uint64_t offset, uint64_t start, uint64_t bytes);

#endif
