/* SPDX-License-Identifier: MIT */
/*
 * Physical memory. Guest memory starts as zeros, and an interpreted ring 0
 * clears a page slowly: so fresh frames are handed out in address order, and
 * only those that were used before, kept in a list through their first word,
 * are cleared.
 */
#include "frame.h"

#include "../lib/string.h"
#include "../x86/direct_map.h"
#include "paging.h"

static struct fresh {
	uint64_t next, end;
} fresh[FRAME_RANGES]; /* never handed out */
static uint64_t freed; /* head of the list, 0: empty */
static uint64_t freed_count;
static uint64_t total;

void frame_init(const struct frame_range ranges[FRAME_RANGES])
{
	freed = 0;
	freed_count = 0;
	total = 0;
	for (unsigned i = 0; i < FRAME_RANGES; i++) {
		uint64_t frames = ranges[i].bytes / FRAME_SIZE;
		uint64_t end = ranges[i].start + frames * FRAME_SIZE;

		fresh[i] = (struct fresh){ranges[i].start, end};
		total += frames;
	}
}

uint64_t frame_alloc_run(uint64_t count)
{
	for (unsigned i = 0; i < FRAME_RANGES; i++) {
		uint64_t frame = fresh[i].next;

		if (count > (fresh[i].end - frame) / FRAME_SIZE)
			continue;
		fresh[i].next += count * FRAME_SIZE;
		if (i > 0) /* the low 2 MiB are mapped */
			paging_map_frames(fresh[i].next, fresh[i].end);
		return frame;
	}
	return 0;
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

uint64_t frame_alloc_huge(void)
{
	const uint64_t size = FRAME_RUN_MAX * FRAME_SIZE;
	uint64_t gap = fresh[1].next;
	uint64_t frame = (gap + size - 1) & -size;

	/* A program that touches its memory here and there may need the other half. */
	if (frame + size > fresh[1].end || frame_count_free() < total / 2)
		return 0;
	fresh[1].next = frame + size;
	paging_map_frames(frame + size, fresh[1].end);
	if (fresh[0].next == fresh[0].end)
		fresh[0] = (struct fresh){gap, frame};
	else
		frame_return(gap, frame);
	return frame;
}

void frame_return(uint64_t from, uint64_t to)
{
	for (unsigned i = 0; i < FRAME_RANGES; i++) {
		if (fresh[i].next == to) {
			fresh[i].next = from;
			return;
		}
	}
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
	uint64_t count = freed_count;

	for (unsigned i = 0; i < FRAME_RANGES; i++)
		count += (fresh[i].end - fresh[i].next) / FRAME_SIZE;
	return count;
}

uint64_t frame_count_total(void)
{
	return total;
}
