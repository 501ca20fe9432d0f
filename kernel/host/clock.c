/* SPDX-License-Identifier: MIT */
/* The time, from the CPU's time-stamp counter. */
#include "clock.h"

#include "../lib/math.h"
#include "../vdso/vdso.h"
#include "../x86/x86.h"
#include "hypercall.h"

#define SLEEP_MAX (UINT64_C(1000) * UINT32_MAX) /* in one hypercall */

struct clock_page clock_page;
static uint32_t frequency; /* kHz */

void clock_init(uint64_t tsc_khz, uint64_t realtime, bool shared_counter)
{
	clock_page.start = rdtsc();
	clock_page.realtime = realtime;
	clock_page.scale = (UINT64_C(1000000) << 32) / (tsc_khz ? tsc_khz : 1000000);
	clock_page.usable = tsc_khz && shared_counter;
	frequency = tsc_khz;
}

uint32_t clock_tsc_khz(void)
{
	return frequency;
}

uint64_t clock_monotonic(void)
{
	static uint64_t last;
	uint64_t now = clock_page_nsec(&clock_page, rdtsc());

	/* The vCPU may have moved to a CPU whose counter is a little behind. */
	last = max(last, now);
	return last;
}

uint64_t clock_realtime(void)
{
	return clock_page.realtime + clock_monotonic();
}

struct hc_time clock_time(void)
{
	uint64_t now = clock_realtime();

	return (struct hc_time){now / NSEC_PER_SEC, now % NSEC_PER_SEC};
}

void clock_sleep_until(uint64_t deadline)
{
	uint64_t now;

	while ((now = clock_monotonic()) < deadline)
		if (hypercall_sleep((min(deadline - now, SLEEP_MAX) + 999) / 1000) < 0)
			cpu_pause();
}

uint64_t deadline_after(uint64_t nsec)
{
	return nsec == CLOCK_FOREVER ? CLOCK_FOREVER : clock_monotonic() + min(nsec, CLOCK_LONGEST);
}
