/* SPDX-License-Identifier: MIT */
/*
 * Physical memory. Guest memory starts as zeros, and an interpreted ring 0
 * clears a page slowly: so fresh frames are handed out in address order, and
 * only those that were used before, kept in a list through their first word,
 * are cleared.
 */
#include "frame.h"

#include "../lib/string.h"
#include "direct_map.h"
#include "paging.h"

static uint64_t fresh, fresh_end; /* never handed out */
static uint64_t freed;		  /* head of the list, 0: empty */
static uint64_t freed_count;
static uint64_t total;

void frame_init(uint64_t start, uint64_t bytes)
{
	fresh = start;
	fresh_end = start + bytes / FRAME_SIZE * FRAME_SIZE;
	freed = 0;
	freed_count = 0;
	total = bytes / FRAME_SIZE;
}

uint64_t frame_alloc_run(uint64_t count)
{
	uint64_t frame = fresh;

	if (count > (fresh_end - fresh) / FRAME_SIZE)
		return 0;
	fresh += count * FRAME_SIZE;
	paging_extend_direct_map(fresh, fresh_end);
	return frame;
}

uint64_t frame_alloc(void)
{
	uint64_t frame = freed;
	uint64_t *link;

	if (!frame)
		return frame_alloc_run(1);
	link = phys_to_virt(frame);
	freed = *link;
	freed_count--;
	memset(link, 0, FRAME_SIZE);
	return frame;
}

void frame_return(uint64_t from, uint64_t to)
{
	if (to == fresh)
		fresh = from;
	else
		for (; from < to; from += FRAME_SIZE)
			frame_free(from);
}

void frame_free(uint64_t frame)
{
	uint64_t *link = phys_to_virt(frame);

	*link = freed;
	freed = frame;
	freed_count++;
}

uint64_t frame_count_free(void)
{
	return freed_count + (fresh_end - fresh) / FRAME_SIZE;
}

uint64_t frame_count_total(void)
{
	return total;
}
