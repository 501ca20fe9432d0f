/* SPDX-License-Identifier: MIT */
/* The time, from the CPU's time-stamp counter. In nanoseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "../abi.h"
#include "../vdso/clock_page.h"

#define USER_HZ	      100 /* times(2), sysconf(_SC_CLK_TCK): the same on every Linux */
#define NSEC_PER_TICK (NSEC_PER_SEC / USER_HZ)

#define CLOCK_FOREVER UINT64_MAX /* no deadline */
#define CLOCK_LONGEST INT64_MAX	 /* 292 years: whoever waits longer has a deadline all the same */

/*
 * Starts the clock. The counter's frequency, and the time since 1970 now; where
 * the host doesn't know them, 0: then a tick is taken for a nanosecond, and it is 1970.
 * `shared_counter`: ring 3 reads the same counter, so that the vDSO can tell the time.
 */
void clock_init(uint64_t tsc_khz, uint64_t realtime, bool shared_counter);

/* The counter's frequency, 0: not known. */
uint32_t clock_tsc_khz(void);

/* Since the kernel's start; never goes back. */
uint64_t clock_monotonic(void);

/* Since 1970. */
uint64_t clock_realtime(void);

/* The same as a file's time. */
struct hc_time clock_time(void);

/* Waits until clock_monotonic() has come to `deadline`; the host sleeps meanwhile if it can. */
void clock_sleep_until(uint64_t deadline);

/* The deadline of a wait of so many nanoseconds that begins now. */
uint64_t deadline_after(uint64_t nsec);

#endif
