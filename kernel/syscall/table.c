/* SPDX-License-Identifier: MIT */
/* Which system calls there are. */
#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <stddef.h>

#include "../proc/thread.h"
#include "syscall.h"

#define ENTRY(name, handler, args) [__NR_##name] = (handler),
static syscall_fn *const table[] = {SYSCALLS(ENTRY)};
#undef ENTRY

syscall_fn *syscall_handler(uint64_t number)
{
	return number < sizeof(table) / sizeof(table[0]) ? table[number] : NULL;
}

static void syscall_dispatch(struct trap_frame *frame)
{
	syscall_fn *handler = syscall_handler(frame->rax);

	frame->rax = handler ? handler(frame) : -ENOSYS;
	if (attention)
		thread_attend(frame);
}

void (*syscall_entered)(struct trap_frame *frame) = syscall_dispatch;
