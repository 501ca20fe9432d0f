/* SPDX-License-Identifier: MIT */
/* --step: each instruction of the guest, a line of the user's terminal. */
#ifndef STEP_H
#define STEP_H

#include "machine.h"

/*
 * Executes `count` instructions, 0: all, and shows each on stderr: RIP, code, symbol, and the
 * registers that it changed. HC_CONTINUE: the guest is to run on.
 */
enum hc_next step_run(struct machine *machine, uint64_t count);

#endif
