/* SPDX-License-Identifier: MIT */
/* Page frames in a row, where frame_alloc_run() has none left. */
#ifndef FRAME_ROW_H
#define FRAME_ROW_H

#include "frame.h"

/*
 * Allocates contiguous page frames, at most *count, by looking for a row among single ones. Sets
 * *count to how many it found. Returns the first, not cleared; 0: out of memory.
 */
paddr_t frame_alloc_row(unsigned *count);

/* Drops a reference to each page frame in [from, to). */
void frame_put_row(paddr_t from, paddr_t to);

#endif
