/* SPDX-License-Identifier: MIT */
/*
 * Pages of files in memory, each once: for a file and an offset, a page frame that
 * all mappings share. The cache has one reference to the frame, and each page-table
 * entry that maps it has another. So frame_is_shared() is true of a mapped frame, and
 * a write to it gets a copy (fault.c). A struct cache is the file. Where its bytes
 * come from is not known here: the owner's operations read them.
 *
 * Pages are kept, for files that nobody has open too, until page frames run out:
 * cache_shrink() then takes those that no mapping has. A file may also be nowhere else than here,
 * see cache_is_memory().
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
 * Makes *cache, which the owner has allocated, a file with one reference and no
 * page here. `key`: it can be found by it; NULL: nobody else will look for it.
 */
void cache_init(struct cache *cache, const struct cache_ops *ops, uint64_t size,
		const struct cache_key *key);

/* The file with this key, with one reference more, or NULL. It may have been idle. */
struct cache *cache_find(const struct cache_key *key);

/* The first file that can be found, and the one after `cache`; NULL: no more. */
struct cache *cache_next(struct cache *cache);

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

/* Drops a reference. The pages of a file that has a key stay. */
void cache_put(struct cache *cache);

/* Drops the pages in [first, end). Mappings keep what they show of them. */
void cache_drop(struct cache *cache, uint64_t first, uint64_t end);

/* Pages in a chunk of a file. The number of its first page is a multiple of it. */
#define CACHE_AROUND 16

/*
 * Returns the page frames of the chunk that has the page with this number; that page is
 * there, for others the frame may be 0. They stay until the next call. If the page isn't
 * here, it is read, with some around it. NULL, and *error is set: -EIO, the page is behind
 * the end of the file or can't be read; or -ENOMEM.
 */
const paddr_t *cache_around(struct cache *cache, uint64_t page, int *error);

/* Most of the file will be used: from now on as much is read at once as can be. */
void cache_expect_use(struct cache *cache);

/*
 * Takes over the first CACHE_AROUND pages of the file, which has no fewer: the caller has read
 * them to contiguous page frames. False: some are here already, or there is no memory. Then the
 * frames stay the caller's.
 */
bool cache_give(struct cache *cache, paddr_t frames);

/* The page frame of a page, or 0: it isn't here. */
paddr_t cache_page(const struct cache *cache, uint64_t page);

/* The first page from this one on that is here; UINT64_MAX: there is none. */
uint64_t cache_next_page(const struct cache *cache, uint64_t page);

/*
 * Reads all of the file that isn't here. It stays as long as there are references, and its
 * owner isn't asked again. Returns 0 or a negative errno.
 */
int cache_complete(struct cache *cache);

/* The bytes [from, to) of the file have changed: pages that are here are read again. */
void cache_renew(struct cache *cache, uint64_t from, uint64_t to);

/* Frees an idle file, one without references, and its pages. */
void cache_forget(struct cache *cache);

/* Frees at least `count` page frames that no mapping has, or all such. Returns how many. */
uint64_t cache_shrink(uint64_t count);

/* How many page frames cache_shrink() could free. Goes through all pages. */
uint64_t cache_count_unused(void);

#endif
