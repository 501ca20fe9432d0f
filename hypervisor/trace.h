/* SPDX-License-Identifier: MIT */
/* What of a run is traced, and where to. */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>

#include "../kernel/abi.h"

struct trace {
	bool hypercalls;
	bool syscalls;
	const char *file;	  /* NULL: stderr */
	struct boot_trace wanted; /* what the kernel is told of system calls */
};

/*
 * Takes the argument of --trace: words with commas between, each "hypercalls", "syscalls", a system
 * call's name or that of a set of them, as %file; `!` before them: all but those. NULL: hypercalls.
 * Returns NULL, or the word that is none of them.
 */
const char *trace_take(struct trace *trace, const char *words);

/* Shows system calls with these BOOT_TRACE_*; all of them if none was named. */
void trace_flag(struct trace *trace, uint64_t flag);

/*
 * Sees to the rest once all options are known. Opens the file, and returns the host fd for it;
 * without one -1. Dies if it can't be opened.
 */
int trace_open(struct trace *trace);

#endif
