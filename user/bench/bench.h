/* SPDX-License-Identifier: MIT */
/* How a program of the bench times itself and tells its figures to hypervisor/bench/runner.c. */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>

#define BATCH_TICKS 200000000 /* a batch that takes as long is measured well enough */

/*
 * The CPU's counter, which is the same in the VM and outside. The clock needn't be: in the VM it
 * goes by the frequency that the host's KVM has measured.
 */
static inline uint64_t now(void)
{
	return __builtin_ia32_rdtsc();
}

/* A time, in ticks; runner.c makes nanoseconds of them. */
static inline void tell(const char *name, double ticks)
{
	fprintf(stderr, "%s %.9g ticks\n", name, ticks);
}

/* So much in a tick; runner.c makes seconds of them. */
static inline void tell_rate(const char *name, double amount)
{
	fprintf(stderr, "%s %.9g /tick\n", name, amount);
}

/*
 * Tells the time of one operation, in the first batch that takes long enough;
 * the smaller ones before it warm up.
 */
static inline void tell_operation(const char *name, void (*operation)(void))
{
	uint64_t elapsed = 0;
	unsigned long batch;

	for (batch = 8; elapsed < BATCH_TICKS;) {
		uint64_t start;

		batch *= 2;
		start = now();
		for (unsigned long i = 0; i < batch; i++)
			operation();
		elapsed = now() - start;
	}
	tell(name, (double)elapsed / batch);
}

#endif
