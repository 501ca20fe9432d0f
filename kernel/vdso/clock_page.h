/* SPDX-License-Identifier: MIT */
/*
 * The clock as both the kernel and the vDSO read it. The kernel fills the page in
 * once; each program sees it, read-only, right below the vDSO's code.
 */
#ifndef CLOCK_PAGE_H
#define CLOCK_PAGE_H

#include <stdint.h>

#define NSEC_PER_SEC UINT64_C(1000000000)

struct clock_page {
	uint64_t start;	   /* the time-stamp counter's value when the clock was started */
	uint64_t realtime; /* the time then: nanoseconds since 1970 */
	uint64_t scale;	   /* nanoseconds of a tick, times 2^32 */
	uint64_t usable;   /* 0: ring 3 can't tell the time from this, and makes the system call */
} __attribute__((aligned(4096)));
_Static_assert(sizeof(struct clock_page) == 4096, "nothing of the kernel's beside it");

/* Nanoseconds since the clock was started, when the counter has come to `counter`. */
static inline uint64_t clock_page_nsec(const struct clock_page *page, uint64_t counter)
{
	return (unsigned __int128)(counter - page->start) * page->scale >> 32;
}

#endif
