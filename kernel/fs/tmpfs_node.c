/* SPDX-License-Identifier: MIT */
/* Nodes of a tmpfs: how they begin and end, their attributes. */
#include "tmpfs_node.h"

#include <asm/errno.h>
#include <linux/stat.h>

#include "../host/clock.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "file.h"
#include "keep.h"
#include "pipe.h"
#include "tmpfs_names.h"

_Static_assert(sizeof(struct tmpfs_node) <= KMALLOC_MAX, "tmpfs_node_new");

#define BOGO_NAME_SIZE 20 /* what a name adds to st_size of its directory, as on Linux */
#define DOTS	       2  /* and so do "." and ".." */
#define DAY	       (24 * 60 * 60)

static uint64_t pages_used, nodes_used;

/* Of pages, and of nodes with the names beyond their first: half of memory has so many frames. */
static uint64_t most(void)
{
	return frame_count_total() / 2;
}

struct tmpfs_room tmpfs_room(void)
{
	return (struct tmpfs_room){most(), pages_used, most(), nodes_used};
}

bool tmpfs_take_node(void)
{
	if (nodes_used >= most())
		return false;
	nodes_used++;
	return true;
}

void tmpfs_give_node(void)
{
	nodes_used--;
}

static struct tmpfs_node *node_of(struct cache *cache)
{
	return (struct tmpfs_node *)cache;
}

/* The longest text of a link, in bytes with the NUL, that doesn't count as a page, as on Linux. */
#define SHORT_LINK 128

static bool takes_page(const char *target)
{
	return strlen(target) >= SHORT_LINK;
}

static bool is_full(void)
{
	return pages_used >= most();
}

/* Keeps the text of a symbolic link. Returns 0, -ENOSPC or -ENOMEM. */
static int keep_target(struct tmpfs_node *node, const char *target)
{
	if (takes_page(target) && is_full())
		return -ENOSPC;
	node->has.target = path_keep(target);
	if (!node->has.target)
		return -ENOMEM;
	pages_used += takes_page(target);
	return 0;
}

static void drop_target(struct tmpfs_node *node)
{
	pages_used -= takes_page(node->has.target);
	path_drop(node->has.target);
}

/* The operation `make` of the page cache. */
static int make_page(struct cache *cache, uint64_t page, paddr_t *frame)
{
	(void)page;
	if (is_full())
		return -EIO;
	*frame = frame_alloc();
	if (!*frame)
		return -ENOMEM;
	pages_used++;
	node_of(cache)->has.file.pages++;
	return 0;
}

static void pages_gone(struct cache *cache, uint64_t pages)
{
	pages_used -= pages;
	node_of(cache)->has.file.pages -= pages;
}

static void nothing_idle(struct cache *cache)
{
	(void)cache;
}

static void free_node(struct cache *cache)
{
	struct tmpfs_node *node = node_of(cache);

	if (S_ISREG(node->mode) && node->has.file.freed)
		node->has.file.freed(node);
	if (node->label)
		path_drop(node->label);
	tmpfs_give_node();
	kfree(node);
}

static const struct cache_ops cache_ops = {
	.idle = nothing_idle,
	.free = free_node,
	.make = make_page,
	.gone = pages_gone,
};

int tmpfs_node_new(struct tmpfs_node **made, uint64_t dev, uint32_t mode, const char *target)
{
	static uint64_t last_ino;
	struct tmpfs_node *node;
	int error;

	if (!tmpfs_take_node())
		return -ENOSPC;
	node = kmalloc(sizeof(*node));
	if (!node) {
		tmpfs_give_node();
		return -ENOMEM;
	}
	memset(node, 0, sizeof(*node));
	cache_init(&node->cache, &cache_ops, 0, NULL);
	node->dev = node->cache.key.device = dev;
	node->ino = node->cache.key.inode = ++last_ino;
	node->mode = mode;
	node->uses = 1;
	node->atime = node->mtime = node->ctime = clock_time();
	node->born = node->ctime.seconds;
	error = target ? keep_target(node, target) : 0;
	if (error) {
		tmpfs_unuse(node);
		return error;
	}
	if (S_ISDIR(mode))
		node->has.directory.next_position = TMPFS_FIRST_POSITION;
	*made = node;
	return 0;
}

void tmpfs_unuse(struct tmpfs_node *node)
{
	if (--node->uses || node->links)
		return;
	if (S_ISLNK(node->mode) && node->has.target)
		drop_target(node);
	if (S_ISFIFO(node->mode) && node->has.pipe)
		pipe_free(node->has.pipe);
	cache_put(&node->cache);
}

void tmpfs_modified(struct tmpfs_node *node)
{
	node->mtime = node->ctime = clock_time();
}

void tmpfs_changed(struct tmpfs_node *node)
{
	node->ctime = clock_time();
}

static bool is_before(const struct hc_time *a, const struct hc_time *b)
{
	return a->seconds < b->seconds ||
	       (a->seconds == b->seconds && a->nanoseconds <= b->nanoseconds);
}

/* As a file system that is mounted with relatime: mount(8). */
void tmpfs_accessed(struct tmpfs_node *node)
{
	struct hc_time time = clock_time();

	if (is_before(&node->atime, &node->mtime) || is_before(&node->atime, &node->ctime) ||
	    time.seconds - node->atime.seconds >= DAY)
		node->atime = time;
}

void tmpfs_fill_stat(const struct tmpfs_node *node, struct hc_stat_result *st)
{
	*st = (struct hc_stat_result){
		.dev = node->dev,
		.ino = node->ino,
		.mode = node->mode,
		.nlink = node->links,
		.uid = node->uid,
		.gid = node->gid,
		.rdev = (uint64_t)(node->rdev >> 8) << 32 | (node->rdev & 0xff),
		.blksize = FILE_BLOCK,
		.atime = node->atime,
		.mtime = node->mtime,
		.ctime = node->ctime,
		.btime = {node->born, 0},
	};
	if (S_ISREG(node->mode)) {
		st->size = node->cache.size;
		st->blocks = node->has.file.pages * (FRAME_SIZE / 512);
	} else if (S_ISDIR(node->mode)) {
		st->size = (uint64_t)(node->has.directory.names + DOTS) * BOGO_NAME_SIZE;
	} else if (S_ISLNK(node->mode)) {
		st->size = strlen(node->has.target);
		st->blocks = takes_page(node->has.target) * (FRAME_SIZE / 512);
	}
}

void tmpfs_set_inode(struct tmpfs_node *node, const struct attributes *set)
{
	if (set->set & SET_MODE)
		node->mode = (node->mode & S_IFMT) | (set->mode & ~S_IFMT);
	if (set->set & SET_OWNER && set->uid != UINT32_MAX)
		node->uid = set->uid;
	if (set->set & SET_OWNER && set->gid != UINT32_MAX)
		node->gid = set->gid;
	/* Who may execute it is another now: chown(2). */
	if (set->set & SET_OWNER && !S_ISDIR(node->mode))
		node->mode &= ~(S_ISUID | (node->mode & S_IXGRP ? S_ISGID : 0));
	tmpfs_changed(node);
	if (set->set & SET_ATIME)
		node->atime = set->atime;
	if (set->set & SET_MTIME)
		node->mtime = set->mtime;
}
