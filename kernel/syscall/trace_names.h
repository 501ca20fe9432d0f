/* SPDX-License-Identifier: MIT */
/* The names that --trace=syscalls shows, as strace(1) has them. */
#ifndef TRACE_NAMES_H
#define TRACE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* A value and its name. A list ends with the value 0 and the name of nothing, or NULL, behind it.
 */
struct trace_name {
	uint32_t value;
	const char *name;
};

struct trace_names {
	char letter;  /* of an argument, see trace.c */
	bool is_mask; /* values or'ed, else one of them */
	const struct trace_name *names;
};

/* The names for the arguments of a letter, or NULL. */
const struct trace_names *trace_names(char letter);

/* A signal's name, or NULL: it is one of realtime, or none. */
const char *trace_signal(uint32_t sig);

/* The name of an errno, which is positive, and what it means; or NULL. */
const char *trace_error(uint64_t error);

#endif
