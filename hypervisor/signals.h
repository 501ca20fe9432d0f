/* SPDX-License-Identifier: MIT */
/* Signals: what ends the hypervisor before its guest does, and what the user is told. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Has SIGINT, SIGTERM and SIGHUP end the process as a shell expects, unless
 * they were ignored, and SIGSYS, the sandbox's, too. After `timeout` seconds,
 * or `cpu_time` of the CPU's, it ends with STATUS_TIMEOUT; 0: never. Each is
 * said on stderr, the sandbox's even if `quiet`.
 */
void signals_init(bool quiet, double timeout, double cpu_time);

/* The sets of signals that this process found ignored and blocked: call it before any other. */
void signals_inherited(uint64_t *ignored, uint64_t *blocked);

/*
 * The kernel's struct sigaction of a signal that has no handler, in memory
 * that can't be written: by its address the sandbox knows the only sigaction(2).
 */
extern const uint64_t signals_default[4];

#endif
