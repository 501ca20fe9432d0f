/* SPDX-License-Identifier: MIT */
/* Signals: what ends the hypervisor before its guest does, and what the user is told. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/* The set of signals that this process ignores: of those that it was started with, if asked first.
 */
uint64_t signals_ignored(void);

/*
 * Has SIGINT, SIGTERM, SIGHUP and SIGALRM end the process as a shell expects,
 * unless they were ignored, and SIGSYS, the sandbox's, too. After `timeout`
 * seconds, or when it has used `cpu_time` seconds of the CPU, it ends with
 * STATUS_TIMEOUT; 0: never. Each is said on stderr, the sandbox's even if
 * `quiet`. Lets all signals through, and returns the set of those that were blocked.
 */
uint64_t signals_init(bool quiet, double timeout, double cpu_time);

/*
 * Ends the process if its CPU time is used up. The host looks at the timer of
 * a CPU clock at its tick, and then at the process that runs alone: a guest
 * that sleeps over each tick is found here, at its exits.
 */
void signals_check_cpu_time(void);

/*
 * The kernel's struct sigaction of a signal that has no handler, in memory
 * that can't be written: by its address the sandbox knows the only sigaction(2).
 */
extern const uint64_t signals_default[4];

#endif
