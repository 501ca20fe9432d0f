/* SPDX-License-Identifier: MIT */
/* Pages of files in memory. */
#include "pagecache.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../x86/direct_map.h"
#include "cache_chunk.h"
#include "cache_keys.h"
#include "frame.h"
#include "frame_row.h"

/* How many pages are read at once. Powers of two. */
#define WINDOW_FIRST 64
#define WINDOW_MIN   CACHE_AROUND
#define WINDOW_MAX   256

static const struct chunk *handed_out; /* by cache_around() last: the hand passes it by */

/* How many pages that many bytes take: the last one may have fewer than PAGE_SIZE. */
static uint64_t pages_of(uint64_t bytes)
{
	return (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
}

void cache_init(struct cache *cache, const struct cache_ops *ops, uint64_t size,
		const struct cache_key *key)
{
	*cache = (struct cache){.ops = ops, .refs = 1, .size = size, .window = WINDOW_FIRST};
	if (key)
		cache_add_key(cache, key);
}

/* Frees an idle file that has no page here. */
static void free_cache(struct cache *cache)
{
	if (cache->keyed)
		cache_remove_key(cache);
	cache->ops->free(cache);
}

/*
 * Lets go of those of the chunk's page frames in [first, end) that no mapping has, or of all, and
 * of the chunk if it is empty then. Returns how many it was.
 */
static uint64_t drop_some(struct chunk *chunk, unsigned first, unsigned end, bool mapped_too)
{
	uint64_t dropped = 0;
	bool empty = true;

	for (unsigned i = 0; i < CACHE_AROUND; i++) {
		paddr_t frame = chunk->frames[i];

		if (!frame)
			continue;
		if (i < first || i >= end || (!mapped_too && frame_is_shared(frame))) {
			empty = false;
			continue;
		}
		frame_put(frame);
		chunk->frames[i] = 0;
		dropped++;
	}
	if (dropped && cache_is_memory(chunk->cache))
		chunk->cache->ops->gone(chunk->cache, dropped);
	if (empty) {
		if (handed_out == chunk)
			handed_out = NULL;
		chunk_remove(chunk);
	}
	return dropped;
}

static uint64_t drop_frames(struct chunk *chunk, bool mapped_too)
{
	return drop_some(chunk, 0, CACHE_AROUND, mapped_too);
}

void cache_drop(struct cache *cache, uint64_t first, uint64_t end)
{
	struct chunk *chunk, *next;

	for (chunk = cache->chunks; chunk; chunk = next) {
		uint64_t start = chunk->number * CACHE_AROUND;

		next = chunk->next_of_file;
		if (start < end && start + CACHE_AROUND > first)
			drop_some(chunk, max(first, start) - start, min(end - start, CACHE_AROUND),
				  true);
	}
}

void cache_forget(struct cache *cache)
{
	while (cache->chunks)
		drop_frames(cache->chunks, true);
	free_cache(cache);
}

void cache_put(struct cache *cache)
{
	if (--cache->refs)
		return;
	cache->complete = false;
	cache->ops->idle(cache);
	while (!cache->keyed && cache->chunks)
		drop_frames(cache->chunks, true);
	if (!cache->chunks)
		free_cache(cache);
}

uint64_t cache_shrink(uint64_t count)
{
	uint64_t done = 0;

	/* Twice around: in the first round all may have been used. */
	for (uint64_t i = 2 * chunk_count; i && done < count && chunk_hand; i--) {
		struct chunk *chunk = chunk_hand;
		struct cache *cache = chunk->cache;
		bool used = chunk->used;

		chunk_hand = chunk->next;
		chunk->used = false;
		if (used || chunk == handed_out || cache->complete)
			continue;
		done += drop_frames(chunk, false);
		if (!cache->refs && !cache->chunks)
			free_cache(cache);
	}
	return done;
}

uint64_t cache_count_unused(void)
{
	const struct chunk *chunk = chunk_hand;
	uint64_t count = 0;

	for (uint64_t i = 0; i < chunk_count; i++, chunk = chunk->next)
		for (unsigned page = 0; page < CACHE_AROUND && !chunk->cache->complete; page++)
			if (chunk->frames[page] && !frame_is_shared(chunk->frames[page]))
				count++;
	return count;
}

bool cache_give(struct cache *cache, paddr_t frames)
{
	struct chunk *chunk = chunk_find(cache, 0) ? NULL : chunk_add(cache, 0);

	for (unsigned i = 0; chunk && i < CACHE_AROUND; i++)
		chunk->frames[i] = frames + i * FRAME_SIZE;
	return chunk;
}

paddr_t cache_page(const struct cache *cache, uint64_t page)
{
	const struct chunk *chunk = chunk_find(cache, page / CACHE_AROUND);

	return chunk ? chunk->frames[page % CACHE_AROUND] : 0;
}

/*
 * Adds contiguous page frames to the file, as its pages from `page` on. Those of chunks that it has
 * no memory for are freed.
 */
static void add_frames(struct cache *cache, uint64_t page, paddr_t frames, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct chunk *chunk = chunk_get(cache, (page + i) / CACHE_AROUND);

		if (!chunk) {
			frame_put(frames + i * FRAME_SIZE);
			continue;
		}
		chunk->frames[(page + i) % CACHE_AROUND] = frames + i * FRAME_SIZE;
		chunk->ahead = chunk != handed_out;
	}
}

/* Pages [first, end) of a file, none of which is here. */
struct gap {
	uint64_t first, end;
};

/*
 * The part of the gap that lies in the chunk of `wanted`. When memory is short, whole chunks are
 * read and freed if possible, so that free memory lies in pieces of that size.
 */
static struct gap gap_in_chunk(struct gap gap, uint64_t wanted)
{
	uint64_t start = wanted - wanted % CACHE_AROUND;

	return (struct gap){max(gap.first, start), min(gap.end, start + CACHE_AROUND)};
}

/*
 * Reads the gap, or at least a part of it that has the page `wanted`. Returns 0 or a negative
 * errno.
 */
static int fill(struct cache *cache, struct gap gap, uint64_t wanted)
{
	unsigned count = gap.end - gap.first;
	paddr_t frames = frame_alloc_run(count);
	bool left_over = !frames;
	uint64_t pages;
	int64_t n;

	if (left_over) {
		gap = gap_in_chunk(gap, wanted);
		count = gap.end - gap.first;
		frames = frame_alloc_row(&count);
	}
	if (!frames)
		return -ENOMEM;
	if (wanted >= gap.first + count)
		gap.first = wanted + 1 - count;
	n = cache->ops->read(cache, frames, count * PAGE_SIZE, gap.first * PAGE_SIZE);
	if (n < 0)
		n = 0; /* as at the end of the file */
	pages = pages_of(n);
	if (left_over)
		memset((uint8_t *)phys_to_virt(frames) + n, 0, pages * PAGE_SIZE - n);
	frame_put_row(frames + pages * FRAME_SIZE, frames + count * FRAME_SIZE);
	add_frames(cache, gap.first, frames, pages);
	return wanted < gap.first + pages ? 0 : -EIO;
}

/* Mappings of the page show that, too. */
static void read_again(struct cache *cache, uint64_t page)
{
	paddr_t frame = cache_page(cache, page);

	if (frame)
		(void)cache->ops->read(cache, frame, PAGE_SIZE, page * PAGE_SIZE);
}

void cache_renew(struct cache *cache, uint64_t from, uint64_t to)
{
	cache->size = max(cache->size, to);
	for (uint64_t page = from / PAGE_SIZE; page * PAGE_SIZE < to; page++)
		read_again(cache, page);
}

/* Is the page in the file? It may have grown. 0 or a negative errno. */
static int check_size(struct cache *cache, uint64_t page)
{
	uint64_t before = cache->size;
	int64_t size;

	if (page < pages_of(before))
		return 0;
	if (cache->complete)
		return -EIO;
	size = cache->ops->size(cache);
	if (size < 0 || (uint64_t)size <= before)
		return -EIO;
	cache->size = size;
	/* The file ended in a page that has more now. */
	if (before % PAGE_SIZE)
		read_again(cache, before / PAGE_SIZE);
	return page < pages_of(cache->size) ? 0 : -EIO;
}

/*
 * How many pages to read around `page`. More than last time if the file is read on from where that
 * ended, or if pages that it brought beyond the one asked for were used; fewer if none of them was.
 */
static uint64_t next_window(const struct cache *cache, uint64_t page)
{
	bool more = cache->ahead_used || (page == cache->next_page && page);

	if (more)
		return cache->window < WINDOW_MAX ? 2 * cache->window : WINDOW_MAX;
	return cache->ahead_unused && cache->window > WINDOW_MIN ? cache->window / 2
								 : cache->window;
}

/* Which pages to read for `page`, which isn't here. */
static struct gap gap_around(struct cache *cache, uint64_t page)
{
	uint64_t window = next_window(cache, page);
	uint64_t start = page & -window;
	uint64_t end = min(start + window, pages_of(cache->size));
	struct gap gap = {page, page + 1};

	while (gap.first > start && !cache_page(cache, gap.first - 1))
		gap.first--;
	while (gap.end < end && !cache_page(cache, gap.end))
		gap.end++;
	cache->window = window;
	cache->next_page = gap.end;
	cache->ahead_used = false;
	cache->ahead_unused = gap.end - gap.first > window / 2; /* fewer prove nothing */
	return gap;
}

void cache_expect_use(struct cache *cache)
{
	cache->window = WINDOW_MAX;
	cache->ahead_used = true;
}

/* Makes a page of memory, which isn't here. Returns its chunk; or NULL, and *error. */
static struct chunk *make_page(struct cache *cache, uint64_t page, int *error)
{
	struct chunk *chunk;
	paddr_t frame = 0;

	*error = cache->ops->make(cache, page, &frame);
	if (*error)
		return NULL;
	chunk = chunk_get(cache, page / CACHE_AROUND);
	if (!chunk) {
		*error = -ENOMEM;
		frame_put(frame);
		cache->ops->gone(cache, 1);
		return NULL;
	}
	chunk->frames[page % CACHE_AROUND] = frame;
	return chunk;
}

/* Reads a page, which isn't here, and some around it. Likewise. */
static struct chunk *read_page(struct cache *cache, uint64_t page, int *error)
{
	struct chunk *chunk;

	*error = check_size(cache, page);
	if (*error)
		return NULL;
	chunk = chunk_get(cache, page / CACHE_AROUND);
	*error = -ENOMEM;
	if (!chunk)
		return NULL;
	handed_out = chunk;
	*error = fill(cache, gap_around(cache, page), page);
	if (*error) {
		drop_frames(chunk, false); /* and the chunk, if it is empty */
		return NULL;
	}
	return chunk;
}

const paddr_t *cache_around(struct cache *cache, uint64_t page, int *error)
{
	struct chunk *chunk = chunk_find(cache, page / CACHE_AROUND);

	/* There may be pages behind the end, FALLOC_FL_KEEP_SIZE of fallocate(2), but not to map.
	 */
	if (cache_is_memory(cache) && page >= pages_of(cache->size)) {
		*error = -EIO;
		return NULL;
	}
	if (!chunk || !chunk->frames[page % CACHE_AROUND]) {
		chunk = cache_is_memory(cache) ? make_page(cache, page, error)
					       : read_page(cache, page, error);
		if (!chunk)
			return NULL;
	}
	cache->ahead_used |= chunk->ahead;
	chunk->ahead = false;
	chunk->used = true;
	handed_out = chunk;
	return chunk->frames;
}

int cache_complete(struct cache *cache)
{
	uint64_t pages = pages_of(cache->size);
	int error = 0;

	cache->complete = true;
	for (uint64_t page = 0; page < pages; page++)
		if (!cache_page(cache, page) && !cache_around(cache, page, &error))
			break;
	if (error)
		cache->complete = false;
	return error;
}
