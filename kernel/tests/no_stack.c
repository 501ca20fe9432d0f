/* SPDX-License-Identifier: MIT */
/* A kernel whose stack for exceptions isn't there: kernel/no_stack.bin. */
#include "../layout.h"
#include "../proc/exec.h"

/* From kernel.ld and descriptors.S. */
extern char kernel_stack_guard[], tss[];

void __real_exec_program(struct stack_contents *contents, bool no_files, struct trap_frame *frame);
void __wrap_exec_program(struct stack_contents *contents, bool no_files, struct trap_frame *frame);

void __wrap_exec_program(struct stack_contents *contents, bool no_files, struct trap_frame *frame)
{
	__real_exec_program(contents, no_files, frame);
	*(uint64_t *)(tss + 4) = (uint64_t)kernel_stack_guard + PAGE_SIZE; /* RSP0 */
}
