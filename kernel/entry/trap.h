/* SPDX-License-Identifier: MIT */
/* What the kernel does about an exception. */
#ifndef TRAP_H
#define TRAP_H

#include "../x86/trap_frame.h"

/* Called by trap.S with the frame on the stack, which it may change. */
void trap_dispatch(struct trap_frame *frame);

/* Called instead of a sysretq whose RIP is not in the program's half. Does not return. */
void trap_bad_return(struct trap_frame *frame) __attribute__((noreturn));

#endif
