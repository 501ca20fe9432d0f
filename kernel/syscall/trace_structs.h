/* SPDX-License-Identifier: MIT */
/* What lies at an argument that is an address. */
#ifndef TRACE_STRUCTS_H
#define TRACE_STRUCTS_H

#include "trace_value.h"

/* Shows what lies at an argument, by a letter of trace_structs.c. A call that fails has no output.
 */
void trace_struct(const struct trace_call *call, bool output, char letter, unsigned argument);

#endif
