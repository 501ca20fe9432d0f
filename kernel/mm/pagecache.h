/* SPDX-License-Identifier: MIT */
/*
 * Pages of files in memory, each once: for a file and an offset, a page frame
 * that all mappings of it share. The cache has one reference to the frame, each
 * page-table entry that maps it another; so frame_is_shared() holds for it, and
 * what would write to it gets a copy (fault.c). Nothing here knows where
 * a file's bytes come from: a struct cache is the file, its owner reads.
 *
 * Pages are kept, for files that nobody has open too, until page frames run out:
 * cache_shrink() then takes those that no mapping has.
 */
#ifndef PAGECACHE_H
#define PAGECACHE_H

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
	/* The last reference was dropped: it isn't read again before cache_find() returns it. */
	void (*idle)(struct cache *cache);
	/* Nothing refers to it any more. */
	void (*free)(struct cache *cache);
};

/* Which file this is, and which contents of it: if any of it differs, it is another. */
struct cache_key {
	uint64_t device, inode;
	uint64_t seconds, nanoseconds; /* of its last change */
	uint64_t size;		       /* bytes */
};

struct cache {
	const struct cache_ops *ops;
	struct cache_key key; /* if it is in the table of files that can be found */
	bool keyed;
	bool complete;	      /* all of it is here, to stay while there are references */
	unsigned refs;	      /* of areas and open files */
	bool ahead_used;      /* of what was read last without being asked for, some was wanted */
	bool ahead_unused;    /* if not, that was much */
	uint32_t window;      /* pages that were last to be read at once */
	uint64_t next_page;   /* the one behind those */
	uint64_t size;	      /* bytes that the file is known to have */
	struct chunk *chunks; /* the pages that are here */
	struct cache *next;   /* in the table */
};

/*
 * Makes *cache, which the owner has allocated, a file with one reference and no
 * page here. `key`: it can be found by it; NULL: nobody else will look for it.
 */
void cache_init(struct cache *cache, const struct cache_ops *ops, uint64_t size,
		const struct cache_key *key);

/* The file with this key, with one reference more, or NULL. It may have been idle. */
struct cache *cache_find(const struct cache_key *key);

/* The first file that can be found, and the one after `cache`; NULL: no more. */
struct cache *cache_next(struct cache *cache);

static inline void cache_get(struct cache *cache)
{
	cache->refs++;
}

/* Drops a reference. The pages of a file that has a key stay. */
void cache_put(struct cache *cache);

/* Pages that lie together in the file: the first is a multiple of it. */
#define CACHE_AROUND 16

/*
 * Reads the page with this number, and some around it, if it isn't here. Returns
 * the page frames of the CACHE_AROUND pages that it lies in, 0 where none is here,
 * which stay until the next call; the one that was asked for is here. Or NULL,
 * and *error is -EIO: it is behind the end of the file, or can't be read;
 * -ENOMEM.
 */
const paddr_t *cache_around(struct cache *cache, uint64_t page, int *error);

/* Most of the file will be wanted: is read as much as can be at once. */
void cache_expect_use(struct cache *cache);

/*
 * The caller has read the first CACHE_AROUND pages to page frames in a row, and gives them to the
 * file, which has no fewer. False: some are here already, or there is no memory; then they
 * stay the caller's.
 */
bool cache_give(struct cache *cache, paddr_t frames);

/* The page frame of a page, or 0: it isn't here. */
paddr_t cache_page(const struct cache *cache, uint64_t page);

/*
 * Reads all of the file that isn't here, to stay as long as there are
 * references: its owner won't be asked again. Returns 0 or a negative errno.
 */
int cache_complete(struct cache *cache);

/* Gives back at least `count` page frames that no mapping has, or all that there are. */
uint64_t cache_shrink(uint64_t count);

/* Page frames that cache_shrink() could give back. Goes through all pages. */
uint64_t cache_count_unused(void);

#endif
