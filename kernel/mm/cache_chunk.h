/* SPDX-License-Identifier: MIT */
/* What the page cache has of files, in chunks of CACHE_AROUND pages. */
#ifndef CACHE_CHUNK_H
#define CACHE_CHUNK_H

#include "cache.h"

/* CACHE_AROUND pages of a file, of which at least one is here unless it is being read. */
struct chunk {
	struct cache *cache;
	uint64_t number; /* of its first page / CACHE_AROUND */
	struct chunk *next_in_bucket;
	struct chunk *next_of_file, **link_of_file; /* and what points to this one */
	struct chunk *next, *previous;		    /* in the ring, see below */
	bool used;				    /* since the hand came by */
	bool ahead;				    /* read, and not used yet */
	paddr_t frames[CACHE_AROUND];		    /* 0: the page isn't here */
};

/*
 * Those that can be read again, in a ring: a clock, whose hand takes what wasn't used for a round.
 * NULL: there are none.
 */
extern struct chunk *chunk_hand;
extern uint64_t chunk_count; /* in the ring */

/* The chunk with this number, or NULL. */
struct chunk *chunk_find(const struct cache *cache, uint64_t number);

/* A new one without pages, where there is none. NULL: out of memory. */
struct chunk *chunk_add(struct cache *cache, uint64_t number);

/* The chunk with this number, which may be new. NULL: out of memory. */
struct chunk *chunk_get(struct cache *cache, uint64_t number);

/* Frees a chunk without pages. */
void chunk_remove(struct chunk *chunk);

/* The first page from this one on that is here; UINT64_MAX: there is none. */
uint64_t cache_next_page(const struct cache *cache, uint64_t page);

#endif
