/* SPDX-License-Identifier: MIT */
/* The time, from the CPU's time-stamp counter. */
#include "clock.h"

#include "../lib/math.h"
#include "../x86/x86.h"
#include "hypercall.h"

#define SLEEP_MAX (UINT64_C(1000) * UINT32_MAX) /* in one hypercall */

static uint64_t start;		/* the counter's value at clock_init() */
static uint64_t start_realtime; /* the time then */
static uint64_t slept;
static uint64_t scale; /* nanoseconds of a tick, times 2^32 */

void clock_init(uint64_t tsc_khz, uint64_t realtime)
{
	start = rdtsc();
	start_realtime = realtime;
	scale = (UINT64_C(1000000) << 32) / (tsc_khz ? tsc_khz : 1000000);
}

uint64_t clock_monotonic(void)
{
	static uint64_t last;
	uint64_t now = (unsigned __int128)(rdtsc() - start) * scale >> 32;

	/* The vCPU may have moved to a CPU whose counter is a little behind. */
	last = max(last, now);
	return last;
}

uint64_t clock_cpu(void)
{
	return clock_monotonic() - slept;
}

uint64_t clock_realtime(void)
{
	return start_realtime + clock_monotonic();
}

void clock_sleep_until(uint64_t deadline)
{
	uint64_t begin = clock_monotonic();
	uint64_t now;

	while ((now = clock_monotonic()) < deadline)
		if (hypercall_sleep((min(deadline - now, SLEEP_MAX) + 999) / 1000) < 0)
			cpu_pause();
	slept += now - begin;
}

uint64_t deadline_after(uint64_t nsec)
{
	return nsec == CLOCK_FOREVER ? CLOCK_FOREVER : clock_monotonic() + min(nsec, CLOCK_LONGEST);
}
