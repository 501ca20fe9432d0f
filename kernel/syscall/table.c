/* SPDX-License-Identifier: MIT */
/* The table of system calls. */
#include <asm/errno.h>

#include "../sched/trampoline.h"
#include "syscall.h"

static int64_t sys_none(void)
{
	return -ENOSYS;
}

#define CALL(number, name, handler, parameters, arguments) [number] = (syscall_fn *)(handler),
#define NONE(number, name, arguments, reason)		   [number] = (syscall_fn *)sys_none,
#define UNUSED(first, last)				   [first... last] = (syscall_fn *)sys_none,
#define REASON(reason, text)
syscall_fn *const syscall_table[] = {
#include "syscalls.def"
};

const uint64_t syscall_count = sizeof(syscall_table) / sizeof(syscall_table[0]);

void syscall_init(void)
{
	trampoline_set_syscall_limit(syscall_count);
}

void syscall_slow(void)
{
	trampoline_set_syscall_limit(0);
}
