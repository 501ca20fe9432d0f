/* SPDX-License-Identifier: MIT */
/* The table of cached files that can be found. */
#ifndef CACHE_KEYS_H
#define CACHE_KEYS_H

#include "cache.h"

/* Make a file one that can be found by its key, and one that can't. */
void cache_add_key(struct cache *cache, const struct cache_key *key);
void cache_remove_key(struct cache *cache);

/* The file with this key, with one reference more, or NULL. It may have been idle. */
struct cache *cache_find(const struct cache_key *key);

/* The first file that can be found, and the one after `cache`; NULL: no more. */
struct cache *cache_next(struct cache *cache);

#endif
