/* SPDX-License-Identifier: MIT */
/* Arithmetic on addresses and sizes. */
#ifndef MATH_H
#define MATH_H

#include <stdint.h>

#include "../layout.h"

static inline uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static inline uint64_t page_down(uint64_t address)
{
	return address & -(uint64_t)PAGE_SIZE;
}

/* `address` is at most 2^64 - PAGE_SIZE. */
static inline uint64_t page_up(uint64_t address)
{
	return page_down(address + PAGE_SIZE - 1);
}

#endif
