/* SPDX-License-Identifier: MIT */
/* Signals: what ends the hypervisor before its guest does, and what the user is told. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

/*
 * Has SIGINT, SIGTERM and SIGHUP end the process as a shell expects, unless
 * they were ignored, and SIGSYS, the sandbox's, too. After `timeout` seconds,
 * or `cpu_time` of the CPU's, it ends with STATUS_TIMEOUT; 0: never. Each is
 * said on stderr, the sandbox's even if `quiet`.
 */
void signals_init(bool quiet, double timeout, double cpu_time);

#endif
