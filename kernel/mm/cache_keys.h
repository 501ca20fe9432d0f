/* SPDX-License-Identifier: MIT */
/* The table of cached files that can be found: cache_find(), cache_next(). */
#ifndef CACHE_KEYS_H
#define CACHE_KEYS_H

#include "pagecache.h"

/* Make a file one that can be found by its key, and one that can't. */
void cache_add_key(struct cache *cache, const struct cache_key *key);
void cache_remove_key(struct cache *cache);

#endif
