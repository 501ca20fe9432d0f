/* SPDX-License-Identifier: MIT */
/* What a trace shows of a value. */
#ifndef TRACE_VALUE_H
#define TRACE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "../types.h"

#define TRACE_STRING_MAX 32 /* bytes of a string or a buffer, as strace has it */

struct trace_call {
	uint32_t number;
	uint64_t args[6];
	bool done;
	int64_t result; /* if it is done */
};

/* Is the result none, but an errno? */
bool trace_is_error(int64_t result);

/* Shows a value for a letter of trace_args.h. */
void trace_value(char letter, uint64_t value);

/* Shows what lies at an address: so many bytes, or up to a NUL. */
void trace_bytes(uaddr_t user, uint64_t bytes, bool hex);
void trace_string(uaddr_t user, uint64_t most);

/* Shows an address, NULL if it is 0. */
void trace_address(uaddr_t address);

#endif
