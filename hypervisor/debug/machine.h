/* SPDX-License-Identifier: MIT */
/* The guest under a debugger: lets it go on, by one instruction or until something happens. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "../run.h"
#include "breakpoints.h"
#include "kernelinfo.h"
#include "memory.h"
#include "state.h"
#include "symbols.h"

struct machine {
	struct vm *vm;
	struct hypercalls *hc;
	bool hlt_is_exit;
	/* KVM steps ring 3 and tells of its #BP and #DB. Else it is the guest's kernel that gets
	 * them: they are met at its entries, and taken back. */
	bool intercepts;
	bool has_avx;
	struct state state; /* while the guest stands still */
	struct memory memory;
	struct symbols symbols;
	struct kernelinfo kernel;
	struct breakpoints breakpoints;
	/* Has the debugger sent something that is to stop the guest? NULL: there is none. */
	bool (*is_interrupted)(struct machine *machine);

	/* RFLAGS.TF was set in ring 3 for a step, and the #DB hasn't come yet. */
	bool trap_awaited;
	bool watch_programs; /* stop where programs start and die */
	bool follow_all;     /* where a program of another process starts, too */
	/* The program that the debugger knows; breakpoints of programs are this one's. */
	struct owner owner;
	struct program_info program;
	const char *directory; /* the kernel's names of files begin there, where they have no / */
};

enum stop_kind {
	STOP_STEPPED,
	STOP_BREAKPOINT,
	STOP_HARDWARE, /* at a breakpoint or watchpoint of the debug registers: `hardware` */
	STOP_INTERRUPTED,
	STOP_STARTS, /* a program starts: machine->program */
	STOP_DIES,   /* it is about to be killed by the signal `sig` */
	STOP_END,    /* the guest has ended, as `end` tells */
};

struct stop {
	enum stop_kind kind;
	struct hardware hardware;
	unsigned sig;
	enum hc_next end;
};

/*
 * Fills in a machine of zeros, whose guest has not begun. `image`: see symbols_load().
 * `directory`, in memory that stays: the guest's first working directory.
 */
void machine_init(struct machine *machine, struct vm *vm, struct hypercalls *hc, bool hlt_is_exit,
		  const char *image, const char *directory);

/* Fetches the state of a guest that hasn't run yet. Dies if it can't be had. */
void machine_fetch(struct machine *machine);

/*
 * Lets the guest go on, by one instruction if `step`, or until there is something to tell. Then
 * machine->state is fetched, and guest memory free of breakpoints.
 */
struct stop machine_go(struct machine *machine, bool step);

/* Ends all debugging: the guest runs as if there had been none. */
void machine_release(struct machine *machine);

#endif
