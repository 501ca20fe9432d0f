/* SPDX-License-Identifier: MIT */
/* What is done when page frames run out. */
#include "reclaim.h"

#include "../lib/math.h"
#include "cache_chunk.h"
#include "pagecache.h"
#include "space.h"

/* Page frames to free at a time: those of 16 chunks, so that not each allocation comes here. */
#define RECLAIM (16 * CACHE_AROUND)

/*
 * Chunks that stay: one for each page that an instruction can touch. With fewer it may never come
 * to its end, for what it needs next takes the place of what it needed before.
 */
#define KEPT 6

bool reclaim_frames(void)
{
	uint64_t count;

	if (chunk_count <= KEPT)
		return false;
	count = min(RECLAIM, (chunk_count - KEPT) * CACHE_AROUND);
	if (cache_shrink(count))
		return true;
	return current_space && space_drop_clean(current_space, count) && cache_shrink(count);
}
