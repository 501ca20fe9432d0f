/* SPDX-License-Identifier: MIT */
/*
 * What is in a pipe: a ring of slots, each with a page frame of its own, as in Linux. A write of up
 * to PIPE_BUF bytes needs one slot, or the rest of the last one; so it is never split.
 */
#ifndef PIPE_RING_H
#define PIPE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "pieces.h"

/* Bytes, fs.pipe-max-size of Linux: a capability alone exceeds it. */
#define PIPE_SIZE_MAX 1048576

struct pipe_slot {
	paddr_t frame;
	uint32_t start, bytes; /* of what is in it */
};

struct pipe_ring {
	struct pipe_slot *slots;
	unsigned count; /* of slots, a power of 2 */
	unsigned first; /* the oldest */
	unsigned used;	/* slots from there on that hold something */
	uint64_t bytes; /* in all of them */
	paddr_t spare;	/* a page frame for the next slot, or 0 */
};

/* An empty ring of the size that a new pipe has. Returns 0 or -ENOMEM. */
int pipe_ring_init(struct pipe_ring *ring);

/* Frees what it holds. */
void pipe_ring_free(struct pipe_ring *ring);

static inline bool pipe_ring_is_full(const struct pipe_ring *ring)
{
	return ring->used == ring->count;
}

/*
 * Move bytes, as many as there are, or as there is room for. Return how many; or, if that is none,
 * -EAGAIN, -EFAULT or -ENOMEM.
 */
int64_t pipe_ring_read(struct pipe_ring *ring, struct pieces *to);
int64_t pipe_ring_write(struct pipe_ring *ring, struct pieces *from);

/*
 * Makes room for at least so many bytes: F_SETPIPE_SZ. Returns how many that are; or -EINVAL,
 * -EPERM: they are too many; -EBUSY: more is in it; -ENOMEM.
 */
int64_t pipe_ring_resize(struct pipe_ring *ring, uint32_t bytes);

#endif
