/* SPDX-License-Identifier: MIT */
/* Which system calls there are. */
#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <stddef.h>

#include "syscall.h"

static syscall_fn *const table[] = {
	[__NR_read] = sys_read,		[__NR_write] = sys_write,     [__NR_open] = sys_open,
	[__NR_close] = sys_close,	[__NR_lseek] = sys_lseek,     [__NR_mmap] = sys_mmap,
	[__NR_mprotect] = sys_mprotect, [__NR_munmap] = sys_munmap,   [__NR_brk] = sys_brk,
	[__NR_exit] = sys_exit,		[__NR_exit_group] = sys_exit, /* there is one thread */
};

void syscall_dispatch(struct trap_frame *frame)
{
	uint64_t number = frame->rax;
	syscall_fn *handler = number < sizeof(table) / sizeof(table[0]) ? table[number] : NULL;

	frame->rax = handler ? handler(frame) : -ENOSYS;
}
