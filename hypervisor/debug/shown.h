/* SPDX-License-Identifier: MIT */
/* The registers that gdb is shown: the vCPU's, or those of the program. */
#ifndef SHOWN_H
#define SHOWN_H

#include "stub.h"

/* Makes stub->of_program of what the program was left with. false: that can't be known. */
bool shown_take_program(struct stub *stub);

/* Those of the program if stub->shows_program. */
const struct state *shown_state(const struct stub *stub);

#endif
