/* SPDX-License-Identifier: MIT */
/*
 * Physical memory. Guest memory starts as zeros, and an interpreted ring 0
 * clears a page slowly: so fresh page frames are allocated in address order,
 * and only those that were used before, kept in a list through their first
 * word, are cleared.
 */
#include "frame.h"

#include <stddef.h>

#include "../lib/string.h"
#include "../x86/direct_map.h"
#include "direct_map.h"

static struct fresh {
	paddr_t next, end;
} fresh[FRAME_RANGES]; /* never allocated */
static paddr_t freed;  /* head of the list, 0: empty */
static uint64_t freed_count;
static uint64_t total;
static bool (*reclaim)(void);

void frame_init(const struct frame_range ranges[FRAME_RANGES])
{
	freed = 0;
	freed_count = 0;
	total = 0;
	for (unsigned i = 0; i < FRAME_RANGES; i++) {
		uint64_t frames = ranges[i].bytes / FRAME_SIZE;
		paddr_t end = ranges[i].start + frames * FRAME_SIZE;

		fresh[i] = (struct fresh){ranges[i].start, end};
		total += frames;
	}
}

/* Has the direct map show the memory below `to`. Memory goes on to `end`. Done rarely. */
static __attribute__((noinline)) void grow_direct_map(paddr_t to, paddr_t end)
{
	/* There is a page frame for the table: memory goes on to the next GiB. */
	while (direct_map_grow(to, end))
		direct_map_add_table(frame_alloc());
}

void frame_show(paddr_t end)
{
	if (end > direct_map_end)
		grow_direct_map(end, fresh[1].end);
}

paddr_t frame_alloc_run(uint64_t count)
{
	for (unsigned i = 0; i < FRAME_RANGES; i++) {
		paddr_t frame = fresh[i].next;

		if (count > (fresh[i].end - frame) / FRAME_SIZE)
			continue;
		fresh[i].next += count * FRAME_SIZE;
		if (fresh[i].next > direct_map_end)
			grow_direct_map(fresh[i].next, fresh[i].end);
		return frame;
	}
	return 0;
}

/* A page frame that was freed; 0: there is none. What it holds is left over. */
static inline paddr_t take_freed(void)
{
	paddr_t frame = freed;

	if (frame) {
		freed = *(paddr_t *)phys_to_virt(frame);
		freed_count--;
	}
	return frame;
}

static paddr_t clear(paddr_t frame)
{
	if (frame)
		memset(phys_to_virt(frame), 0, FRAME_SIZE);
	return frame;
}

/* The last resort. What the page frame holds is left over. */
static __attribute__((noinline)) paddr_t alloc_reclaimed(void)
{
	return reclaim && reclaim() ? take_freed() : 0;
}

paddr_t frame_alloc_uncleared(void)
{
	paddr_t frame = take_freed();

	if (!frame)
		frame = frame_alloc_run(1);
	return frame ? frame : alloc_reclaimed();
}

paddr_t frame_alloc(void)
{
	paddr_t frame = take_freed();

	if (frame)
		return clear(frame);
	frame = frame_alloc_run(1);
	return frame ? frame : clear(alloc_reclaimed());
}

void frame_set_reclaim(bool (*function)(void))
{
	reclaim = function;
}

paddr_t frame_alloc_huge(void)
{
	const uint64_t size = FRAME_RUN_MAX * FRAME_SIZE;
	paddr_t gap = fresh[1].next;
	paddr_t frame = (gap + size - 1) & -size;

	/* A program that touches its memory here and there may need the other half. */
	if (frame + size > fresh[1].end || frame_count_free() < total / 2)
		return 0;
	fresh[1].next = frame + size;
	grow_direct_map(frame + size, fresh[1].end);
	if (fresh[0].next == fresh[0].end)
		fresh[0] = (struct fresh){gap, frame};
	else
		frame_return(gap, frame);
	return frame;
}

void frame_return(paddr_t from, paddr_t to)
{
	for (unsigned i = 0; i < FRAME_RANGES; i++) {
		if (fresh[i].next == to) {
			fresh[i].next = from;
			return;
		}
	}
	for (; from < to; from += FRAME_SIZE)
		frame_put(from);
}

/*
 * References beyond the first. Most page frames never have any, so the counts
 * lie in page frames of their own, which are allocated when a count there is
 * first needed and then kept: 2 levels, for the 512 GiB of the direct map.
 */
#define COUNTS 2048 /* in a page frame */
#define TABLES 512  /* pointers in a page frame */
static uint16_t **extra[128];
static uint64_t extra_total;
_Static_assert(sizeof(extra) / sizeof(extra[0]) * TABLES * COUNTS * FRAME_SIZE >= 1UL << 39,
	       "a count for each page frame");

/* A table of pointers or counts, allocated if it isn't there; NULL: out of memory. */
static void *table_of(void *table)
{
	paddr_t frame = table ? 0 : frame_alloc();

	return frame ? phys_to_virt(frame) : table;
}

/* Where the page frame's count is, NULL if it has none: its count is 0. */
static uint16_t *extra_of(paddr_t frame)
{
	uint64_t number = frame / FRAME_SIZE;
	uint16_t **tables = extra[number / COUNTS / TABLES];
	uint16_t *counts = tables ? tables[number / COUNTS % TABLES] : NULL;

	return counts ? &counts[number % COUNTS] : NULL;
}

bool frame_get(paddr_t frame)
{
	uint64_t number = frame / FRAME_SIZE;
	uint16_t ***tables = &extra[number / COUNTS / TABLES];
	uint16_t **counts;

	*tables = table_of(*tables);
	if (!*tables)
		return false;
	counts = &(*tables)[number / COUNTS % TABLES];
	*counts = table_of(*counts);
	if (!*counts || (*counts)[number % COUNTS] == UINT16_MAX)
		return false;
	(*counts)[number % COUNTS]++;
	extra_total++;
	return true;
}

bool frame_is_shared(paddr_t frame)
{
	const uint16_t *count = extra_total ? extra_of(frame) : NULL;

	return count && *count;
}

static void release(paddr_t frame)
{
	paddr_t *link = phys_to_virt(frame);

	*link = freed;
	freed = frame;
	freed_count++;
}

static __attribute__((noinline)) void put_counted(paddr_t frame)
{
	if (!frame_is_shared(frame)) {
		release(frame);
		return;
	}
	--*extra_of(frame);
	extra_total--;
}

void frame_put(paddr_t frame)
{
	if (extra_total)
		put_counted(frame);
	else
		release(frame);
}

void frame_add(paddr_t from, paddr_t to)
{
	total += (to - from) / FRAME_SIZE;
	for (; from < to; from += FRAME_SIZE)
		frame_put(from);
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
