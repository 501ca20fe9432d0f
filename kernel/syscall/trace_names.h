/* SPDX-License-Identifier: MIT */
/* The names that --trace=syscalls shows, as strace(1) has them. */
#ifndef TRACE_NAMES_H
#define TRACE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* A value and its name. */
struct trace_name {
	uint32_t value;
	const char *name;
};

struct trace_names {
	char letter;  /* of an argument, see trace_args.h */
	bool is_mask; /* values or'ed, else one of them */
	uint8_t count;
	const char *unknown; /* what is said of a value that has no name */
	const struct trace_name *names;
};

/* The names for the arguments of a letter, or NULL. */
const struct trace_names *trace_names(char letter);

/* The name of a value on such a list, or NULL. */
const char *trace_name(char letter, uint32_t value);

/* A signal's name, or NULL: it is one of realtime, or none. */
const char *trace_signal(uint32_t sig);

/* The name of an errno, which is positive, and what it means; or NULL. */
const char *trace_error(uint64_t error);

#endif
