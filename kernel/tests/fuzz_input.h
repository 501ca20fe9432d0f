/* SPDX-License-Identifier: MIT */
/* What libFuzzer's targets share: promises, and numbers from an input. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A promise that is broken ends the process; libFuzzer keeps the input. */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__,         \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* The input that is still to be read; behind its end are zeros. */
static const uint8_t *at __attribute__((unused)), *end __attribute__((unused));

static inline uint64_t take(unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		if (at < end)
			value |= (uint64_t)*at++ << 8 * i;
	return value;
}

#endif
