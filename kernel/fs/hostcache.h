/* SPDX-License-Identifier: MIT */
/*
 * Regular files of the host in the page cache: which file an fd of the host is,
 * and how its pages are read. Files with the same device, inode, time of change
 * and size are one; where the host doesn't tell these, each open file is its own.
 */
#ifndef HOSTCACHE_H
#define HOSTCACHE_H

#include "../abi.h"
#include "../mm/pagecache.h"

/*
 * Sets *cache, with a reference for an open file, to the file behind the fd *host. `st`
 * is what the host has just told of it; NULL: it is asked. From now on hostcache_detach()
 * closes the fd, not the caller. If the file is in use already, that has an fd to
 * read it: unless the caller must keep its own, whose offset counts, *host becomes that.
 * Returns 0 or a negative errno, and has changed nothing.
 */
int hostcache_attach(struct cache **cache, int *host, const struct hc_stat_result *st, bool keep);

/* Drops the reference of an open file that reads by `host`. */
void hostcache_detach(struct cache *cache, int host);

/*
 * The name by which the file was first opened, as seen from the host's working directory;
 * `resolved`: it is absolute, and no part of it is a link. It is kept until the file's last
 * reference goes. A name without the one is replaced by one with it. One that is too long for
 * kmalloc() is not kept. hostcache_name() is NULL if there is none.
 */
void hostcache_set_name(struct cache *cache, const char *name, bool resolved);
const char *hostcache_name(struct cache *cache, bool *resolved);

/*
 * hypercall_open(). Where the host has no fd left, first closes one of a file that is mapped,
 * but not open any more: with all of it in memory.
 */
int hostcache_open(const char *name);

/* Bytes of the file behind an fd, whose offset stays, or a negative errno. */
int64_t hostcache_size(int host);

/* Closes an fd of the host; but stderr stays open for the kernel's own messages. */
void hostcache_close(int host);

#endif
