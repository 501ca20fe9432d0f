/* SPDX-License-Identifier: MIT */
/* Chunks of the page cache: the table in which they are found, and the ring of the clock. */
#include "cache_chunk.h"

#include <stddef.h>

#include "../lib/math.h"
#include "kmalloc.h"

#define BUCKETS 1024
static struct chunk *buckets[BUCKETS];

struct chunk *chunk_hand;
uint64_t chunk_count;

static struct chunk **bucket_of(const struct cache *cache, uint64_t number)
{
	return &buckets[((uintptr_t)cache / sizeof(*cache) + number) % BUCKETS];
}

struct chunk *chunk_find(const struct cache *cache, uint64_t number)
{
	struct chunk *chunk = *bucket_of(cache, number);

	while (chunk && (chunk->cache != cache || chunk->number != number))
		chunk = chunk->next_in_bucket;
	return chunk;
}

uint64_t cache_next_page(const struct cache *cache, uint64_t page)
{
	uint64_t next = UINT64_MAX;

	for (const struct chunk *chunk = cache->chunks; chunk; chunk = chunk->next_of_file) {
		uint64_t first = chunk->number * CACHE_AROUND;

		if (first > next || first + CACHE_AROUND <= page)
			continue;
		for (unsigned i = page > first ? page - first : 0; i < CACHE_AROUND; i++) {
			if (!chunk->frames[i])
				continue;
			next = min(next, first + i);
			break;
		}
		if (first <= page && next < first + CACHE_AROUND)
			break;
	}
	return next;
}

/* Adds it behind the hand, which gets there last. */
static void join_ring(struct chunk *chunk)
{
	if (chunk_hand) {
		chunk->next = chunk_hand;
		chunk->previous = chunk_hand->previous;
		chunk_hand->previous->next = chunk;
		chunk_hand->previous = chunk;
	} else {
		chunk->next = chunk->previous = chunk;
		chunk_hand = chunk;
	}
	chunk_count++;
}

static void leave_ring(struct chunk *chunk)
{
	chunk->next->previous = chunk->previous;
	chunk->previous->next = chunk->next;
	if (chunk_hand == chunk)
		chunk_hand = chunk->next == chunk ? NULL : chunk->next;
	chunk_count--;
}

struct chunk *chunk_add(struct cache *cache, uint64_t number)
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
	};
	*bucket = chunk;
	if (cache->chunks)
		cache->chunks->link_of_file = &chunk->next_of_file;
	cache->chunks = chunk;
	if (!cache_is_memory(cache))
		join_ring(chunk);
	return chunk;
}

struct chunk *chunk_get(struct cache *cache, uint64_t number)
{
	struct chunk *chunk = chunk_find(cache, number);

	return chunk ? chunk : chunk_add(cache, number);
}

void chunk_remove(struct chunk *chunk)
{
	struct chunk **link = bucket_of(chunk->cache, chunk->number);

	while (*link != chunk)
		link = &(*link)->next_in_bucket;
	*link = chunk->next_in_bucket;
	*chunk->link_of_file = chunk->next_of_file;
	if (chunk->next_of_file)
		chunk->next_of_file->link_of_file = chunk->link_of_file;
	if (!cache_is_memory(chunk->cache))
		leave_ring(chunk);
	kfree(chunk);
}
