/* SPDX-License-Identifier: MIT */
/* Which system calls there are. */
#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <stddef.h>

#include "../proc/thread.h"
#include "syscall.h"

#define CALL(name, handler, arguments) [__NR_##name] = (handler),
#define NOTHING(name, handler, arguments)
syscall_fn *const syscall_table[] = {SYSCALLS(CALL, NOTHING)};

uint64_t syscall_limit = sizeof(syscall_table) / sizeof(syscall_table[0]);

syscall_fn *syscall_handler(uint64_t number)
{
#define WHOLE(name, handler, arguments)                                                            \
	if (number == __NR_##name)                                                                 \
		return (handler);
	SYSCALLS(NOTHING, WHOLE)
	return number < sizeof(syscall_table) / sizeof(syscall_table[0]) ? syscall_table[number]
									 : NULL;
}

static void syscall_dispatch(struct trap_frame *frame)
{
	syscall_fn *handler = syscall_handler(frame->rax);

	frame->rax = handler ? handler(frame) : -ENOSYS;
	if (attention)
		thread_attend(frame);
}

void (*syscall_entered)(struct trap_frame *frame) = syscall_dispatch;
