/* SPDX-License-Identifier: MIT */
/* What libFuzzer's targets share: promises, and numbers from an input. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

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

/* CPU time that an input may take: however busy the machine is, a good one stays far below. */
#define INPUT_SECONDS 10

static void out_of_time(int sig)
{
	(void)sig;
	MUST(!"an input comes to its end");
}

/* An input begins. One that takes too long breaks a promise, too. */
static inline void begin(const uint8_t *data, size_t size)
{
	const struct itimerval limit = {.it_value.tv_sec = INPUT_SECONDS};

	at = data;
	end = data + size;
	signal(SIGPROF, out_of_time);
	setitimer(ITIMER_PROF, &limit, NULL);
}

static inline uint64_t take(unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		if (at < end)
			value |= (uint64_t)*at++ << 8 * i;
	return value;
}

#endif
