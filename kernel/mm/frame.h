/* SPDX-License-Identifier: MIT */
/*
 * Physical memory, in page frames of 4 KiB. A page frame is named by its
 * physical address; 0 is none. It starts with one reference, and is free again
 * when the last one is dropped.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "../types.h"

#define FRAME_SIZE    4096
#define FRAME_RUN_MAX 512 /* page frames in one run of 2 MiB */

#define FRAME_RANGES 2

struct frame_range {
	paddr_t start;
	uint64_t bytes;
};

/* Hands over memory that is zero. It is allocated in this order. Called once. */
void frame_init(const struct frame_range ranges[FRAME_RANGES]);

/* Has the direct map show all memory below `end`, which is not behind the second range. */
void frame_show(paddr_t end);

/* Hands over more memory, [from, to), whole page frames, which is shown and needn't be clear. */
void frame_add(paddr_t from, paddr_t to);

/* A page frame of zeros, or 0 if there is none. */
paddr_t frame_alloc(void);

/* The same with anything in it, for one that is overwritten as a whole. */
paddr_t frame_alloc_uncleared(void);

/*
 * When there is none, frame_alloc() and frame_alloc_uncleared() call this, and try again if it
 * returns true: it has freed some. It may free page frames, and allocate none.
 */
void frame_set_reclaim(bool (*reclaim)(void));

/* `count` page frames of zeros in a row, 1 GiB at most, or 0 if there are none. */
paddr_t frame_alloc_run(uint64_t count);

/* FRAME_RUN_MAX page frames of zeros, aligned to their size; 0: none, or memory is short. */
paddr_t frame_alloc_huge(void);

/* Takes back [from, to), whole page frames that nobody has written to or shares. */
void frame_return(paddr_t from, paddr_t to);

/*
 * Takes one more reference to an allocated page frame. False: it has 65536 of
 * them, or there is no memory for the count.
 */
bool frame_get(paddr_t frame);

/* Drops a reference. */
void frame_put(paddr_t frame);

/* Has the page frame more than one reference? */
bool frame_is_shared(paddr_t frame);

/* Page frames that can still be allocated one by one, and all that there were. */
uint64_t frame_count_free(void);
uint64_t frame_count_total(void);

#endif
