/* SPDX-License-Identifier: MIT */
/* What the kernel tells a debugger. Nothing here is executed. */
#include "../debug_table.h"

#include "../x86/trap_frame.h"
#include "debug.h"
#include "process.h"

extern const struct debug_table debug_table;

__attribute__((used)) const struct debug_table debug_table = {
	.magic = DEBUG_TABLE_MAGIC,
	.version = DEBUG_TABLE_VERSION,
	.size = sizeof(debug_table),
	.self = (uint64_t)&debug_table,
	.program_starts = (uint64_t)debug_program_starts,
	.program_dies = (uint64_t)debug_program_dies,
	.trap_return = (uint64_t)trap_return,
	.syscall_return = (uint64_t)syscall_return,
	.trap_debug = (uint64_t)trap_1,
	.trap_breakpoint = (uint64_t)trap_3,
	.user_frame = (uint64_t)&user_frame,
	.current_process = (uint64_t)&current_process,
	.process_pid = offsetof(struct process, pid),
	.process_program = offsetof(struct process, program),
	.program_exe = offsetof(struct program, exe),
	.program_auxv = offsetof(struct program, stack.auxv),
	.program_auxv_end = offsetof(struct program, stack.auxv_end),
};
