/* SPDX-License-Identifier: MIT */
/*
 * What a tmpfs is made of: nodes, and the names that directories have for them. A regular file's
 * data are a file of the page cache that is nowhere else: read, write and mappings share its pages.
 */
#ifndef TMPFS_NODE_H
#define TMPFS_NODE_H

#include <linux/limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "../abi.h"
#include "../mm/pagecache.h"
#include "attributes.h"

struct pipe;
struct tmpfs_node;

/* A name in a directory. */
struct tmpfs_name {
	struct tmpfs_node *directory, *node;
	struct tmpfs_name *next_in_bucket;
	struct tmpfs_name *next, *previous; /* in the directory, oldest first */
	struct tmpfs_name *next_of_node;
	int64_t position; /* d_off: they rise from one to the next */
	uint32_t hash;
	uint8_t length;
	char text[]; /* without a NUL */
};

struct tmpfs_directory {
	struct tmpfs_name *first, *last;
	int64_t next_position;
	uint64_t removals; /* how many names were ever removed */
	uint32_t names;
};

struct tmpfs_node {
	struct cache cache; /* first: the data; its references are areas, and one is the node's */
	uint64_t dev, ino;
	uint32_t mode, uid, gid, rdev; /* as struct file has them */
	uint32_t links;		       /* st_nlink */
	uint32_t uses;		       /* by open files; without links and uses it is freed */
	struct tmpfs_name *names;      /* all that it has */
	char *label; /* from path_keep(): what it was named last, or memfd_create(2) named it */
	struct hc_time atime, mtime, ctime;
	int64_t born; /* seconds since 1970 */
	union {
		struct tmpfs_directory directory;
		struct {
			uint64_t pages; /* how many it has */
			uint32_t seals; /* F_SEAL_*, fcntl(2) */
			/* Open files that may write to it; below 0: programs that run from it. */
			int32_t writers;
			/* Told when it and its last mapping are gone, or NULL. */
			void (*freed)(struct tmpfs_node *node);
		} file;
		char *target;	   /* of a symbolic link, from path_keep() */
		struct pipe *pipe; /* of one that has a name; NULL: it wasn't opened yet */
	} has;
};

/*
 * What all tmpfs together take, and the most that they may: half of guest memory in pages, and as
 * many nodes.
 */
struct tmpfs_room {
	uint64_t pages, pages_used, nodes, nodes_used;
};

struct tmpfs_room tmpfs_room(void);

/*
 * A node without a name, that the caller uses once: tmpfs_unuse(). `target`: of a symbolic link.
 * Returns 0, -ENOSPC or -ENOMEM.
 */
int tmpfs_node_new(struct tmpfs_node **node, uint64_t dev, uint32_t mode, const char *target);

/* Drops a use: without names and uses a node is freed, its pages with their last mapping. */
void tmpfs_unuse(struct tmpfs_node *node);

/* The name text[0 .. length) in a directory, or NULL. */
struct tmpfs_name *tmpfs_find(const struct tmpfs_node *directory, const char *text, size_t length);

/*
 * Adds a name for a node where none is. A directory gets but one.
 * Returns 0, -ENOSPC or -ENOMEM.
 */
int tmpfs_add(struct tmpfs_node *directory, const char *text, size_t length,
	      struct tmpfs_node *node);

/* Gives a name another place, where none is. Returns 0 or -ENOMEM. */
int tmpfs_move(struct tmpfs_name *name, struct tmpfs_node *directory, const char *text,
	       size_t length);

/* Exchanges the nodes of two names. */
void tmpfs_exchange(struct tmpfs_name *a, struct tmpfs_name *b);

/*
 * Removes a name. A directory must be empty, and loses all its links. Unless somebody uses the
 * node, that may be freed, too.
 */
void tmpfs_remove(struct tmpfs_name *name);

/* The directory that this one lies in; NULL: it is a root, or has been removed. */
struct tmpfs_node *tmpfs_parent(const struct tmpfs_node *directory);

/* Sets times to now: of what was changed, of the data or of the attributes alone; of a read. */
void tmpfs_modified(struct tmpfs_node *node);
void tmpfs_changed(struct tmpfs_node *node);
void tmpfs_accessed(struct tmpfs_node *node);

void tmpfs_fill_stat(const struct tmpfs_node *node, struct hc_stat_result *st);

/* Changes attributes, but not the size: see attributes.h. */
void tmpfs_set_inode(struct tmpfs_node *node, const struct attributes *set);

/* The same with the size: 0, or an errno and nothing has changed. */
int tmpfs_set(struct tmpfs_node *node, const struct attributes *set);

/*
 * A regular file's data. They move up to where the program has access (uaccess.h). Return the
 * bytes moved or a negative errno.
 */
int64_t tmpfs_read_data(struct tmpfs_node *node, uaddr_t buffer, uint64_t bytes, int64_t offset);
int64_t tmpfs_write_data(struct tmpfs_node *node, uaddr_t buffer, uint64_t bytes, int64_t offset);

/* fallocate(2), with arguments that make sense for a regular file. */
int tmpfs_allocate(struct tmpfs_node *node, unsigned mode, int64_t offset, int64_t bytes);

/*
 * Has [offset, offset + bytes) of a file read as zeros, without pages: MADV_REMOVE. Returns 0;
 * -EPERM, it is sealed; -EOPNOTSUPP, it is no tmpfs's.
 */
int tmpfs_punch(struct cache *cache, uint64_t offset, uint64_t bytes);

/* Sets st_size of a regular file. 0 or an errno. */
int tmpfs_resize(struct tmpfs_node *node, uint64_t size);

/* Is a regular file mapped by who may write to it, MAP_SHARED? */
bool tmpfs_is_mapped_to_write(const struct tmpfs_node *node);

/* Drops the pages [first, end), and unmaps them: see space_cut(). */
void tmpfs_cut(struct tmpfs_node *node, uint64_t first, uint64_t end, bool copies);

#endif
