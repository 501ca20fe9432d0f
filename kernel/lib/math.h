/* SPDX-License-Identifier: MIT */
/* Arithmetic on addresses and sizes. */
#ifndef MATH_H
#define MATH_H

#include <stdint.h>

#include "../layout.h"

/*@
  assigns \nothing;
  ensures \result == \min(a, b);
*/
static inline uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/*@
  assigns \nothing;
  ensures \result == \max(a, b);
*/
static inline uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/*@
  assigns \nothing;
  ensures \result % PAGE_SIZE == 0 && \result <= address < \result + PAGE_SIZE;
*/
static inline uint64_t page_down(uint64_t address)
{
	return address - address % PAGE_SIZE;
}

/* `address` is at most 2^64 - PAGE_SIZE. */
/*@
  requires address <= UINT64_MAX - PAGE_SIZE + 1;
  assigns \nothing;
  ensures \result % PAGE_SIZE == 0 && address <= \result < address + PAGE_SIZE;
*/
static inline uint64_t page_up(uint64_t address)
{
	return page_down(address + (PAGE_SIZE - 1));
}

#endif
