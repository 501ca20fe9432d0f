/* SPDX-License-Identifier: MIT */
/*
 * Pages of files in memory, each once: for a file and an offset, a page frame that
 * all mappings share. The cache has one reference to the frame, and each page-table
 * entry that maps it has another. So frame_is_shared() is true of a mapped frame, and
 * a write to it gets a copy (fault.c). Where a file's bytes come from is not known here: its
 * owner's operations read them.
 *
 * Pages are kept, for files that nobody has open too, until page frames run out:
 * cache_shrink() then takes those that no mapping has. A file may also be nowhere else than here,
 * see cache_is_memory().
 */
#ifndef PAGECACHE_H
#define PAGECACHE_H

#include "cache.h"

/*
 * Makes *cache, which the owner has allocated, a file with one reference and no
 * page here. `key`: it can be found by it; NULL: nobody else will look for it.
 */
void cache_init(struct cache *cache, const struct cache_ops *ops, uint64_t size,
		const struct cache_key *key);

/* Drops a reference. The pages of a file that has a key stay. */
void cache_put(struct cache *cache);

/* Drops the pages in [first, end). Mappings keep what they show of them. */
void cache_drop(struct cache *cache, uint64_t first, uint64_t end);

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
