/* SPDX-License-Identifier: MIT */
/* A file as the page cache has it. What is done with it is in pagecache.h. */
#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "../types.h"

struct cache;
struct chunk;

/* What the owner does for its file. Errors are negative errnos. */
struct cache_ops {
	/*
	 * Reads from `offset` to physical memory. Returns how many bytes there are,
	 * fewer than `bytes` only at the end of the file.
	 */
	int64_t (*read)(struct cache *cache, paddr_t to, uint64_t bytes, uint64_t offset);
	/* How many bytes the file has now. */
	int64_t (*size)(struct cache *cache);
	/* The last reference was dropped: nothing is read until cache_find() returns the file. */
	void (*idle)(struct cache *cache);
	/* Nothing refers to it any more. */
	void (*free)(struct cache *cache);
	/*
	 * Of a file that is nowhere else than in its pages, instead of `read` and `size`: sets
	 * *frame to a page frame for a page that isn't here, within its size. Returns 0; -EIO:
	 * there is no room; or -ENOMEM. And `gone`: so many pages were dropped.
	 */
	int (*make)(struct cache *cache, uint64_t page, paddr_t *frame);
	void (*gone)(struct cache *cache, uint64_t pages);
};

/* Which file this is, and in which state. Files whose keys differ in anything aren't the same. */
struct cache_key {
	uint64_t device, inode;
	uint64_t seconds, nanoseconds; /* of its last change */
	uint64_t size;		       /* bytes */
};

struct cache {
	const struct cache_ops *ops;
	struct cache_key key;
	bool keyed;	      /* it can be found by its key */
	bool complete;	      /* all of it is here, and stays while there are references */
	unsigned refs;	      /* of areas and open files */
	bool ahead_used;      /* a page that was read around the last one has been used since */
	bool ahead_unused;    /* if not: enough was read around it to tell */
	uint32_t window;      /* how many pages the last read was to bring */
	uint64_t next_page;   /* the one behind what it brought */
	uint64_t size;	      /* bytes that the file is known to have */
	struct chunk *chunks; /* the pages that are here */
	struct cache *next;   /* in the table of files that can be found */
};

/*
 * Is the file nowhere else than in its pages? They stay until cache_drop() or its last reference,
 * and who shares it may write to them.
 */
static inline bool cache_is_memory(const struct cache *cache)
{
	return cache->ops->make;
}

static inline void cache_get(struct cache *cache)
{
	cache->refs++;
}

/* Pages in a chunk of a file. The number of its first page is a multiple of it. */
#define CACHE_AROUND 16

#endif
