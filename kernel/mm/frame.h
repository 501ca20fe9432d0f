/* SPDX-License-Identifier: MIT */
/*
 * Physical memory, in frames of 4 KiB. A frame is named by its physical
 * address; 0 is no frame.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>

#define FRAME_SIZE    4096
#define FRAME_RUN_MAX 512 /* frames in one run */

#define FRAME_RANGES 2

struct frame_range {
	uint64_t start, bytes;
};

/* Hands over memory that is zero, which is given out in this order. Once. */
void frame_init(const struct frame_range ranges[FRAME_RANGES]);

/* A frame of zeros, or 0 if there is none. */
uint64_t frame_alloc(void);

/* `count` frames of zeros, one behind the other, 1 to FRAME_RUN_MAX, or 0 if there are none. */
uint64_t frame_alloc_run(uint64_t count);

/* FRAME_RUN_MAX frames of zeros, aligned to their size; 0: none, or not while memory is short. */
uint64_t frame_alloc_huge(void);

/* Takes back [from, to), whole frames that were handed out and not written to. */
void frame_return(uint64_t from, uint64_t to);

/* Takes back one frame. */
void frame_free(uint64_t frame);

/* Frames that can still be had one by one, and all that there were. */
uint64_t frame_count_free(void);
uint64_t frame_count_total(void);

#endif
