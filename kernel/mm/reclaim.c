/* SPDX-License-Identifier: MIT */
/* What is done when page frames run out. */
#include "reclaim.h"

#include "pagecache.h"
#include "space.h"

/* So many at a time, that it isn't done for each page; and as they lie in a row, as many chunks. */
#define RECLAIM (16 * CACHE_AROUND)

bool reclaim_frames(void)
{
	if (cache_shrink(RECLAIM))
		return true;
	return current_space && space_drop_clean(current_space, RECLAIM) && cache_shrink(RECLAIM);
}
