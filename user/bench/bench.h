/* SPDX-License-Identifier: MIT */
/* How a program of the bench times itself and tells its figures to hypervisor/bench/runner.c. */
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>
#include <time.h>

#define BATCH_TIME 1e8 /* nanoseconds: a batch that takes as long is measured well enough */

static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static inline void tell(const char *name, double value)
{
	fprintf(stderr, "%s %.3f\n", name, value);
}

/*
 * Tells the nanoseconds of one operation, of the first batch that takes long
 * enough; the smaller ones before it warm up.
 */
static inline void tell_operation(const char *name, void (*operation)(void))
{
	double elapsed = 0;
	unsigned long batch;

	for (batch = 8; elapsed < BATCH_TIME;) {
		double start;

		batch *= 2;
		start = now();
		for (unsigned long i = 0; i < batch; i++)
			operation();
		elapsed = now() - start;
	}
	tell(name, elapsed / batch);
}

#endif
