/* SPDX-License-Identifier: MIT */
/* Pages of files in memory. */
#include "pagecache.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../x86/direct_map.h"
#include "frame.h"
#include "kmalloc.h"

/* CACHE_AROUND pages of a file, of which at least one is here unless it is being read. */
struct chunk {
	struct cache *cache;
	uint64_t number; /* of its first page / CACHE_AROUND */
	struct chunk *next_in_bucket;
	struct chunk *next_of_file, **link_of_file; /* and what points to this one */
	struct chunk *next, *previous;		    /* in the ring of all */
	bool used;				    /* since the hand came by */
	paddr_t frames[CACHE_AROUND];		    /* 0: the page isn't here */
};

#define BUCKETS 1024
static struct chunk *buckets[BUCKETS];

/* All of them, in a ring: a clock, whose hand takes those that weren't used for a round. */
static struct chunk *hand;
static uint64_t chunk_count;
static const struct chunk *handed_out; /* by cache_around(): it stays */

#define FILES 256
static struct cache *files[FILES]; /* those with a key, by inode */

static struct chunk **bucket_of(const struct cache *cache, uint64_t number)
{
	return &buckets[((uintptr_t)cache / sizeof(*cache) + number) % BUCKETS];
}

static struct chunk *find_chunk(const struct cache *cache, uint64_t number)
{
	struct chunk *chunk = *bucket_of(cache, number);

	while (chunk && (chunk->cache != cache || chunk->number != number))
		chunk = chunk->next_in_bucket;
	return chunk;
}

static struct chunk *add_chunk(struct cache *cache, uint64_t number)
{
	struct chunk **bucket = bucket_of(cache, number);
	struct chunk *chunk = kmalloc(sizeof(*chunk));

	if (!chunk)
		return NULL;
	*chunk = (struct chunk){
		.cache = cache,
		.number = number,
		.next_in_bucket = *bucket,
		.next_of_file = cache->chunks,
		.link_of_file = &cache->chunks,
		.next = chunk,
		.previous = chunk,
	};
	*bucket = chunk;
	if (cache->chunks)
		cache->chunks->link_of_file = &chunk->next_of_file;
	cache->chunks = chunk;
	/* Behind the hand, which gets there last. */
	if (hand) {
		chunk->next = hand;
		chunk->previous = hand->previous;
		hand->previous->next = chunk;
		hand->previous = chunk;
	} else {
		hand = chunk;
	}
	chunk_count++;
	return chunk;
}

static void remove_chunk(struct chunk *chunk)
{
	struct chunk **link = bucket_of(chunk->cache, chunk->number);

	while (*link != chunk)
		link = &(*link)->next_in_bucket;
	*link = chunk->next_in_bucket;
	*chunk->link_of_file = chunk->next_of_file;
	if (chunk->next_of_file)
		chunk->next_of_file->link_of_file = chunk->link_of_file;
	chunk->next->previous = chunk->previous;
	chunk->previous->next = chunk->next;
	if (hand == chunk)
		hand = chunk->next == chunk ? NULL : chunk->next;
	if (handed_out == chunk)
		handed_out = NULL;
	chunk_count--;
	kfree(chunk);
}

void cache_init(struct cache *cache, const struct cache_ops *ops, uint64_t size,
		const struct cache_key *key)
{
	*cache = (struct cache){.ops = ops, .refs = 1, .size = size};
	if (key) {
		struct cache **head = &files[key->inode % FILES];

		cache->key = *key;
		cache->keyed = true;
		cache->next = *head;
		*head = cache;
	}
}

static bool is_same(const struct cache_key *a, const struct cache_key *b)
{
	return a->inode == b->inode && a->device == b->device && a->seconds == b->seconds &&
	       a->nanoseconds == b->nanoseconds && a->size == b->size;
}

struct cache *cache_find(const struct cache_key *key)
{
	struct cache *cache = files[key->inode % FILES];

	while (cache && !is_same(&cache->key, key))
		cache = cache->next;
	if (cache)
		cache_get(cache);
	return cache;
}

struct cache *cache_next(struct cache *cache)
{
	unsigned i = 0;

	if (cache) {
		if (cache->next)
			return cache->next;
		i = cache->key.inode % FILES + 1;
	}
	while (i < FILES && !files[i])
		i++;
	return i < FILES ? files[i] : NULL;
}

/* Lets go of an idle file without pages. */
static void free_cache(struct cache *cache)
{
	struct cache **link = &files[cache->key.inode % FILES];

	while (cache->keyed && *link != cache)
		link = &(*link)->next;
	if (cache->keyed)
		*link = cache->next;
	cache->ops->free(cache);
}

/* Lets go of the chunk's page frames that no mapping has, or of all. Returns how many it was. */
static uint64_t drop_frames(struct chunk *chunk, bool mapped_too)
{
	uint64_t dropped = 0;
	bool empty = true;

	for (unsigned i = 0; i < CACHE_AROUND; i++) {
		paddr_t frame = chunk->frames[i];

		if (!frame)
			continue;
		if (!mapped_too && frame_is_shared(frame)) {
			empty = false;
			continue;
		}
		frame_put(frame);
		chunk->frames[i] = 0;
		dropped++;
	}
	if (empty)
		remove_chunk(chunk);
	return dropped;
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
	for (uint64_t i = 2 * chunk_count; i && done < count && hand; i--) {
		struct chunk *chunk = hand;
		struct cache *cache = chunk->cache;
		bool used = chunk->used;

		hand = hand->next;
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
	const struct chunk *chunk = hand;
	uint64_t count = 0;

	for (uint64_t i = 0; i < chunk_count; i++, chunk = chunk->next)
		for (unsigned page = 0; page < CACHE_AROUND && !chunk->cache->complete; page++)
			if (chunk->frames[page] && !frame_is_shared(chunk->frames[page]))
				count++;
	return count;
}

bool cache_give(struct cache *cache, paddr_t frames)
{
	struct chunk *chunk = find_chunk(cache, 0) ? NULL : add_chunk(cache, 0);

	for (unsigned i = 0; chunk && i < CACHE_AROUND; i++)
		chunk->frames[i] = frames + i * FRAME_SIZE;
	return chunk;
}

paddr_t cache_page(const struct cache *cache, uint64_t page)
{
	const struct chunk *chunk = find_chunk(cache, page / CACHE_AROUND);

	return chunk ? chunk->frames[page % CACHE_AROUND] : 0;
}

static void sort(paddr_t *frames, unsigned count)
{
	for (unsigned i = 1; i < count; i++)
		for (unsigned j = i; j && frames[j - 1] > frames[j]; j--) {
			paddr_t frame = frames[j];

			frames[j] = frames[j - 1];
			frames[j - 1] = frame;
		}
}

#define SINGLES (2 * CACHE_AROUND)

/*
 * Allocates page frames in a row, as many as it finds but at most `*count`, where
 * only single ones are left. What they hold is left over. 0: out of memory.
 */
static paddr_t allocate_singles(unsigned *count)
{
	paddr_t frames[SINGLES];
	unsigned n = 0, best = 0, length = 0;

	while (n < SINGLES && (frames[n] = frame_alloc_uncleared()))
		n++;
	sort(frames, n);
	for (unsigned i = 0, run = 0; i < n && length < *count; i++) {
		run = i && frames[i - 1] + FRAME_SIZE == frames[i] ? run + 1 : 1;
		if (run > length) {
			length = run;
			best = i + 1 - run;
		}
	}
	for (unsigned i = 0; i < n; i++)
		if (i < best || i >= best + length)
			frame_put(frames[i]);
	*count = length;
	return length ? frames[best] : 0;
}

static void put_frames(paddr_t from, paddr_t to)
{
	for (; from < to; from += FRAME_SIZE)
		frame_put(from);
}

/*
 * Reads `count` pages of the chunk from page `first` on, none of which is here,
 * or fewer that hold `wanted`. Returns 0 or a negative errno.
 */
static int fill(struct chunk *chunk, unsigned first, unsigned count, unsigned wanted)
{
	struct cache *cache = chunk->cache;
	paddr_t frames = frame_alloc_run(count);
	bool left_over = !frames;
	unsigned got = count;
	uint64_t offset;
	int64_t n;

	if (left_over)
		frames = allocate_singles(&got);
	if (!frames)
		return -ENOMEM;
	if (wanted >= first + got)
		first = wanted + 1 - got;
	offset = (chunk->number * CACHE_AROUND + first) * PAGE_SIZE;
	n = cache->ops->read(cache, frames, got * PAGE_SIZE, offset);
	if (n < 0)
		n = 0;
	if (left_over)
		memset((uint8_t *)phys_to_virt(frames) + n, 0, page_up(n) - n);
	put_frames(frames + page_up(n), frames + got * FRAME_SIZE);
	for (unsigned i = 0; i < page_up(n) / PAGE_SIZE; i++)
		chunk->frames[first + i] = frames + i * FRAME_SIZE;
	return chunk->frames[wanted] ? 0 : -EIO;
}

/* The end of the file was in this page, which has more now. What is mapped shows that, too. */
static void read_again(struct cache *cache, uint64_t page)
{
	paddr_t frame = cache_page(cache, page);

	if (frame)
		(void)cache->ops->read(cache, frame, PAGE_SIZE, page * PAGE_SIZE);
}

/* Is the page in the file? It may have grown. 0 or a negative errno. */
static int check_size(struct cache *cache, uint64_t page)
{
	uint64_t before = cache->size;
	int64_t size;

	if (page < page_up(before) / PAGE_SIZE)
		return 0;
	if (cache->complete)
		return -EIO;
	size = cache->ops->size(cache);
	if (size < 0 || (uint64_t)size <= before)
		return -EIO;
	cache->size = size;
	if (before % PAGE_SIZE)
		read_again(cache, before / PAGE_SIZE);
	return page < page_up(cache->size) / PAGE_SIZE ? 0 : -EIO;
}

const paddr_t *cache_around(struct cache *cache, uint64_t page, int *error)
{
	struct chunk *chunk = find_chunk(cache, page / CACHE_AROUND);
	unsigned wanted = page % CACHE_AROUND;
	unsigned first = wanted, end = wanted;
	uint64_t pages;

	if (!chunk || !chunk->frames[wanted]) {
		*error = check_size(cache, page);
		if (*error)
			return NULL;
		if (!chunk)
			chunk = add_chunk(cache, page / CACHE_AROUND);
		if (!chunk) {
			*error = -ENOMEM;
			return NULL;
		}
		handed_out = chunk;
		pages = page_up(cache->size) / PAGE_SIZE - (page - wanted);
		while (first && !chunk->frames[first - 1])
			first--;
		while (end < min(pages, CACHE_AROUND) && !chunk->frames[end])
			end++;
		*error = fill(chunk, first, end - first, wanted);
		if (*error) {
			drop_frames(chunk, false); /* and the chunk, if it is empty */
			return NULL;
		}
	}
	chunk->used = true;
	handed_out = chunk;
	return chunk->frames;
}

int cache_complete(struct cache *cache)
{
	uint64_t pages = page_up(cache->size) / PAGE_SIZE;
	int error = 0;

	cache->complete = true;
	for (uint64_t page = 0; page < pages; page++)
		if (!cache_page(cache, page) && !cache_around(cache, page, &error))
			break;
	if (error)
		cache->complete = false;
	return error;
}
