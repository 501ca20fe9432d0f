/* SPDX-License-Identifier: MIT */
/* New tasks and processes: clone(2). */
#ifndef CLONE_H
#define CLONE_H

#include <stdint.h>

#include "../x86/trap_frame.h"

struct clone_args; /* linux/sched.h */

/*
 * clone(2), with the registers of the trap frame. Of the arguments, flags, exit_signal, stack,
 * parent_tid, child_tid and tls count; `stack` is the stack pointer, or 0. Returns the number of
 * the new task or a negative errno; or doesn't return, then the trap frame is current->frame.
 */
int64_t task_clone(const struct clone_args *args, struct trap_frame *frame);

/* unshare(2) of CLONE_FILES and CLONE_FS, for a process with one task. Returns 0 or -ENOMEM. */
int process_unshare(uint64_t flags);

#endif
