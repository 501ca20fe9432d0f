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
 * Sets *cache, with a reference for an open file, to the file behind the fd *host. `st` has the
 * attributes that the host has just told; NULL: the host is asked. From now on
 * hostcache_detach() closes the fd, not the caller. If the file is in use already, it has an fd
 * that reads it, and *host becomes that one; unless the offset of either fd counts: `keep`.
 * Returns 0; or a negative errno, and has changed nothing.
 */
int hostcache_attach(struct cache **cache, int *host, const struct hc_stat_result *st, bool keep);

/* Drops the reference of an open file that reads through the fd `host`. */
void hostcache_detach(struct cache *cache, int host);

/*
 * The name by which the file was first opened, as seen from the host's working directory;
 * `resolved`: it is absolute, and no part of it is a link. It is kept until the file's last
 * reference goes. A name that isn't resolved is replaced by one that is. hostcache_name() is NULL
 * if there is none.
 */
void hostcache_set_name(struct cache *cache, const char *name, bool resolved);
const char *hostcache_name(struct cache *cache, bool *resolved);

/*
 * hypercall_open(). If the host has no fd left, closes that of a file which is mapped but not
 * open any more, after reading all of the file to memory, and tries again.
 */
int hostcache_open(const char *name);

/* Bytes of the file behind an fd, whose offset stays, or a negative errno. */
int64_t hostcache_size(int host);

/*
 * Tells of a regular file that the program can write to, by an fd that it starts with, or that of
 * an output. Call it once for each such fd. Other files of the host can't be written to.
 */
void hostcache_add_writable(int host, uint64_t device, uint64_t inode);

/* Is it one of these files? */
bool hostcache_is_writable(uint64_t device, uint64_t inode);

/* Is one of these files in the page cache, or was it? */
extern bool hostcache_holds_writable;

/*
 * The program has just written so many bytes through the fd `host`, up to where its offset is now.
 * Pages of that file which are in memory get them, too.
 */
void hostcache_renew(int host, uint64_t bytes);

/* Closes an fd of the host; but stderr stays open for the kernel's own messages. */
void hostcache_close(int host);

#endif
