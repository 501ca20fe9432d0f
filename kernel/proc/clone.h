/* SPDX-License-Identifier: MIT */
/* New tasks: clone(2). */
#ifndef CLONE_H
#define CLONE_H

#include <stdint.h>

#include "../x86/trap_frame.h"

struct clone_args; /* linux/sched.h */

/*
 * clone(2) of a task of the current process, with the registers of the trap frame. Of the
 * arguments, flags (which are checked), stack, parent_tid, child_tid and tls
 * count. Returns a negative errno, or doesn't return.
 */
int64_t task_clone(const struct clone_args *args, struct trap_frame *frame);

#endif
