/* SPDX-License-Identifier: MIT */
/* What is done when page frames run out. */
#include "reclaim.h"

#include "pagecache.h"
#include "space.h"

/* Page frames to free at a time: those of 16 chunks, so that not each allocation comes here. */
#define RECLAIM (16 * CACHE_AROUND)

bool reclaim_frames(void)
{
	if (cache_shrink(RECLAIM))
		return true;
	return current_space && space_drop_clean(current_space, RECLAIM) && cache_shrink(RECLAIM);
}
