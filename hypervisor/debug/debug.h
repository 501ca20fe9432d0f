/* SPDX-License-Identifier: MIT */
/* --gdb and --step: a guest that is looked into while it runs. */
#ifndef DEBUG_H
#define DEBUG_H

#include <stdbool.h>
#include <stdint.h>

#include "../run.h"

struct debug; /* all that debugging needs; there is none without an option that asks for it */

struct debug_options {
	const char *gdb; /* where gdb finds this, see link_open(); NULL: no gdb */
	uint64_t steps;	 /* so many instructions are shown */
};

/* NULL if none is asked for. Call it before anything looks at fds 0 to 2. */
struct debug *debug_open(const struct debug_options *options);

/*
 * Gets ready for a VM that was made, with its image loaded. Waits for gdb; reads symbols. Says
 * what this KVM can't do. What comes then needs no file. `rooted`: the program's paths aren't
 * this process's.
 */
void debug_begin(struct debug *debug, struct vm *vm, struct hypercalls *hc, bool hlt_is_exit,
		 const char *image, bool rooted);

/* The fds of the way to gdb, -1 if there is none: the sandbox lets them through. */
struct debug_fds {
	int in, out;
};
struct debug_fds debug_fds(const struct debug *debug);

/* Runs the guest to its end, as run_vm() does. */
enum hc_next debug_run(struct debug *debug);

#endif
