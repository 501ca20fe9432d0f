/* SPDX-License-Identifier: MIT */
/* Page frames in a row, where frame_alloc_run() has none left. */
#ifndef FRAME_ROW_H
#define FRAME_ROW_H

#include "frame.h"

/*
 * Looks through some single page frames for a row, of `*count` at most, and sets *count
 * to its length. What they hold is left over. 0: out of memory.
 */
paddr_t frame_alloc_row(unsigned *count);

/* Drops a reference to each page frame in [from, to). */
void frame_put_row(paddr_t from, paddr_t to);

#endif
