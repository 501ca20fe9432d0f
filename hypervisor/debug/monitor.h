/* SPDX-License-Identifier: MIT */
/* gdb's `monitor` commands. */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdio.h>

#include "stub.h"

/* Executes a command, whose text has no end but its NUL, and writes what it tells. */
void monitor_run(struct stub *stub, const char *command, FILE *out);

#endif
