/* SPDX-License-Identifier: MIT */
/* Regular files of the host in the page cache. */
#include "hostcache.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../host/hypercall.h"
#include "../mm/cache_keys.h"
#include "../mm/kmalloc.h"
#include "keep.h"

#define NO_FD (-1)

struct host_cache {
	struct cache cache; /* first */
	int host;	    /* the fd that reads it, closed with its last reference; NO_FD */
	bool offset_counts; /* that of this fd: no other file is to move it */
	unsigned files;	    /* open files among the references */
	char *name;	    /* see hostcache_set_name() */
	bool resolved;
};

/* Files that the program can write to, each through an fd that the host has granted. */
static struct writable {
	int host;
	uint64_t device, inode;
} writables[BOOT_FDS + BOOT_OUTPUTS];
static unsigned writable_count;

bool hostcache_holds_writable;

void hostcache_add_writable(int host, uint64_t device, uint64_t inode)
{
	writables[writable_count++] = (struct writable){host, device, inode};
}

bool hostcache_is_writable(uint64_t device, uint64_t inode)
{
	for (unsigned i = 0; i < writable_count; i++)
		if (writables[i].inode == inode && writables[i].device == device)
			return true;
	return false;
}

static struct host_cache *host_cache(struct cache *cache)
{
	return (struct host_cache *)cache;
}

void hostcache_close(int host)
{
	if (host != HOST_STDERR)
		hypercall_close(host);
}

int64_t hostcache_size(int host)
{
	struct hc_stat_result st;
	int64_t error = hypercall_fstat(host, &st);
	int64_t before, size;

	if (error != -ENOSYS)
		return error ? error : (int64_t)st.size;
	before = hypercall_lseek(host, 0, SEEK_CUR);
	size = before < 0 ? before : hypercall_lseek(host, 0, SEEK_END);
	error = size < 0 ? size : hypercall_lseek(host, before, SEEK_SET);
	return error < 0 ? error : size;
}

static int64_t read_pages(struct cache *cache, paddr_t to, uint64_t bytes, uint64_t offset)
{
	uint64_t done = 0;
	int64_t n;

	/* A read may be short before the end of the file as well. */
	do {
		n = hypercall_pread(host_cache(cache)->host, to + done, bytes - done,
				    offset + done);
		done += n > 0 ? n : 0;
	} while (n > 0 && done < bytes && offset + done < cache->size);
	return done ? (int64_t)done : n;
}

static int64_t size_now(struct cache *cache)
{
	return hostcache_size(host_cache(cache)->host);
}

static void close_idle(struct cache *cache)
{
	struct host_cache *there = host_cache(cache);

	if (there->host != NO_FD)
		hostcache_close(there->host);
	there->host = NO_FD;
	if (there->name)
		path_drop(there->name);
	there->name = NULL;
}

static void free_cache(struct cache *cache)
{
	kfree(cache);
}

static const struct cache_ops ops = {
	.read = read_pages,
	.size = size_now,
	.idle = close_idle,
	.free = free_cache,
};

/* A new file, which can be found by `key` if that isn't NULL. Returns NULL if out of memory. */
static struct host_cache *new_cache(uint64_t size, const struct cache_key *key)
{
	struct host_cache *there = kmalloc(sizeof(*there));

	if (!there)
		return NULL;
	cache_init(&there->cache, &ops, size, key);
	there->host = NO_FD;
	there->offset_counts = false;
	there->files = 0;
	there->name = NULL;
	return there;
}

/* The file with these attributes, with one more reference. NULL: out of memory. */
static struct host_cache *find_cache(const struct hc_stat_result *st)
{
	const struct cache_key key = {
		.device = st->dev,
		.inode = st->ino,
		.seconds = st->ctime.seconds,
		.nanoseconds = st->ctime.nanoseconds,
		.size = st->size,
	};
	struct cache *found = cache_find(&key);

	hostcache_holds_writable |= hostcache_is_writable(st->dev, st->ino);
	return found ? host_cache(found) : new_cache(st->size, &key);
}

int hostcache_attach(struct cache **cache, int *host, const struct hc_stat_result *st, bool keep)
{
	struct hc_stat_result asked;
	struct host_cache *there;
	int64_t size = 0;

	if (!st) {
		size = hypercall_fstat(*host, &asked);
		st = size == 0 ? &asked : NULL;
	}
	if (size == -ENOSYS)
		size = hostcache_size(*host);
	if (size < 0)
		return size;
	there = st ? find_cache(st) : new_cache(size, NULL);
	if (!there)
		return -ENOMEM;
	if (there->host == NO_FD) {
		there->host = *host;
		there->offset_counts = keep;
		there->cache.complete = false;
	} else if (!keep && !there->offset_counts) {
		hostcache_close(*host);
		*host = there->host;
	}
	there->files++;
	*cache = &there->cache;
	return 0;
}

void hostcache_detach(struct cache *cache, int host)
{
	struct host_cache *there = host_cache(cache);

	if (host != there->host)
		hostcache_close(host);
	there->files--;
	cache_put(cache);
}

/*
 * One of the states that the file has been in. Without an fd, one that is in use stays what it is:
 * then it is all in memory, and not open any more.
 */
static void renew(struct cache *cache, uint64_t from, uint64_t to)
{
	if (!cache->refs)
		cache_forget(cache);
	else if (host_cache(cache)->host != NO_FD)
		cache_renew(cache, from, to);
}

static void renew_all(const struct writable *file, uint64_t from, uint64_t to)
{
	struct cache *next;

	for (struct cache *cache = cache_next(NULL); cache; cache = next) {
		next = cache_next(cache);
		if (cache->key.inode == file->inode && cache->key.device == file->device)
			renew(cache, from, to);
	}
}

void hostcache_renew(int host, uint64_t bytes)
{
	for (unsigned i = 0; i < writable_count; i++)
		if (writables[i].host == host) {
			int64_t end = hypercall_lseek(host, 0, SEEK_CUR);

			if (end >= (int64_t)bytes)
				renew_all(&writables[i], end - bytes, end);
		}
}

void hostcache_set_name(struct cache *cache, const char *name, bool resolved)
{
	struct host_cache *there = host_cache(cache);
	char *copy;

	if (there->name && (there->resolved || !resolved))
		return;
	copy = path_keep(name);
	if (!copy)
		return;
	if (there->name)
		path_drop(there->name);
	there->name = copy;
	there->resolved = resolved;
}

const char *hostcache_name(struct cache *cache, bool *resolved)
{
	*resolved = host_cache(cache)->resolved;
	return host_cache(cache)->name;
}

/* Closes an fd of the host that can be done without. False: there is none, or no memory. */
static bool free_fd(void)
{
	for (struct cache *cache = cache_next(NULL); cache; cache = cache_next(cache)) {
		struct host_cache *there = host_cache(cache);

		if (there->host == NO_FD || there->files || cache_complete(cache) < 0)
			continue;
		hostcache_close(there->host);
		there->host = NO_FD;
		return true;
	}
	return false;
}

int hostcache_open(const char *name)
{
	int host = hypercall_open(name);

	return host == -EMFILE && free_fd() ? hypercall_open(name) : host;
}
