/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints that the debugger sets for itself, at the places that the kernel names in
 * struct debug_table.
 */
#ifndef HOOKS_H
#define HOOKS_H

#include "machine.h"

/* Sets those that are needed when the guest goes on. */
void hooks_set(struct machine *machine);

enum hook {
	HOOK_GO_ON,
	HOOK_TRAPPED, /* an instruction has been stepped */
	HOOK_TELL,    /* there is something to tell: *stop */
};

/* The guest has met a breakpoint at RIP: does what it is for. */
enum hook hooks_take(struct machine *machine, struct stop *stop);

/*
 * The instruction at RIP changes the privilege level, and RFLAGS.TF with it: sets a breakpoint
 * where it leads to, and returns true. A step over `syscall` ends behind it, as on Linux.
 */
bool hooks_step_around(struct machine *machine);

/*
 * A step of ring 3 that is given up because the guest stops in ring 0, at a page fault say: takes
 * RFLAGS.TF out of the registers that ring 3 will get back.
 */
void hooks_forget_trap(struct machine *machine);

#endif
