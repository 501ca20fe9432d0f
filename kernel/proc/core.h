/* SPDX-License-Identifier: MIT */
/* Core files, core(5): what a process was when a signal ended it. */
#ifndef CORE_H
#define CORE_H

#include <asm/siginfo.h>

#include "../x86/trap_frame.h"

/*
 * There may be one, of the first process that a signal of those ends which dump core on Linux. It
 * goes to this fd of the host's. RLIMIT_CORE is unlimited from now on. All system calls must leave
 * all registers in user_frame: syscall_slow().
 */
void core_init(int fd);

/* Ends the current process, whose task has these registers, by a signal. */
void core_kill(const struct trap_frame *frame, const siginfo_t *info) __attribute__((noreturn));

/* The current task has saved its FPU state for its core. */
void core_arrive(void) __attribute__((noreturn));

#endif
