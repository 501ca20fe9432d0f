/* SPDX-License-Identifier: MIT */
/* Signals: what ends the hypervisor before its guest does, and what the user is told. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/* The set of signals that are ignored. Call it first: then it is what this process started with. */
uint64_t signals_ignored(void);

/*
 * From now on the process ends as a shell expects by SIGINT, SIGTERM, SIGHUP and
 * SIGALRM, unless they were ignored, and by SIGSYS, which the sandbox raises. It ends
 * with STATUS_TIMEOUT after `timeout` seconds, or when it has used `cpu_time`
 * seconds of the CPU; 0: never. Each end is told on stderr; if `quiet`, only that
 * by SIGSYS. Unblocks all signals, and returns the set of those that were blocked.
 */
uint64_t signals_init(bool quiet, double timeout, double cpu_time);

/*
 * Ends the process if its CPU time is used up. The host looks at CPU timers at its
 * tick, and only at those of the process that runs then. A guest that sleeps at
 * each tick would never be found: so it is looked for at each exit, too.
 */
void signals_check_cpu_time(void);

/*
 * The kernel's struct sigaction of a signal that has no handler, in memory
 * that can't be written: by its address the sandbox knows the only sigaction(2).
 */
extern const uint64_t signals_default[4];

#endif
