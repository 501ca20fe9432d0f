/* SPDX-License-Identifier: MIT */
/* The table of cached files that can be found. */
#include "cache_keys.h"

#include <stddef.h>

#define FILES 256
static struct cache *files[FILES]; /* lists, by inode */

static struct cache **list_of(const struct cache_key *key)
{
	return &files[key->inode % FILES];
}

void cache_add_key(struct cache *cache, const struct cache_key *key)
{
	struct cache **head = list_of(key);

	cache->key = *key;
	cache->keyed = true;
	cache->next = *head;
	*head = cache;
}

void cache_remove_key(struct cache *cache)
{
	struct cache **link = list_of(&cache->key);

	while (*link != cache)
		link = &(*link)->next;
	*link = cache->next;
	cache->keyed = false;
}

static bool is_same(const struct cache_key *a, const struct cache_key *b)
{
	return a->inode == b->inode && a->device == b->device && a->seconds == b->seconds &&
	       a->nanoseconds == b->nanoseconds && a->size == b->size;
}

struct cache *cache_find(const struct cache_key *key)
{
	struct cache *cache = *list_of(key);

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
