/* SPDX-License-Identifier: MIT */
/* The instructions that the vDSO needs. */
#ifndef RING3_H
#define RING3_H

#include <stdint.h>

/* The time-stamp counter, not before all instructions ahead of it are done: SDM 2, RDTSC. */
static inline uint64_t rdtsc_ordered(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline long syscall2(long number, long a, long b)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b)
			 : "rcx", "r11", "memory");
	return result;
}

#endif
