/* SPDX-License-Identifier: MIT */
/*
 * File systems of the kernel's own, /proc for one: a tree of nodes that is laid out
 * when the kernel is built. Some directories have numbered entries beside: processes,
 * fds. What a file holds is made when it is read.
 */
#ifndef TREE_H
#define TREE_H

#include <linux/stat.h>
#include <stddef.h>

#include "../lib/text.h"
#include "mount.h"

#define TREE_DIRECTORY (S_IFDIR | 0555)
#define TREE_FILE      (S_IFREG | 0444)
#define TREE_LINK      (S_IFLNK | 0777)

#define TREE_NUMBERS 4 /* the most in one name */

struct tree_node;

/* A node, as a name has led to it. */
struct tree_at {
	const struct tree_node *node;
	uint32_t numbers[TREE_NUMBERS]; /* that the name has, in order */
	unsigned count;
};

/* The last number of the name, and the one before. */
static inline uint32_t tree_number(const struct tree_at *at)
{
	return at->numbers[at->count - 1];
}

static inline uint32_t tree_number_before(const struct tree_at *at)
{
	return at->numbers[at->count - 2];
}

/* The numbered entries of a directory. */
struct tree_numbered {
	const struct tree_node *node; /* what each of them is */
	/* Is there an entry of this number? And which is the lowest that is listed, from *number
	 * on? */
	bool (*has)(const struct tree_at *at, uint32_t number);
	bool (*next)(const struct tree_at *at, uint32_t *number);
};

struct tree_node {
	const char *name;
	uint32_t mode;			      /* st_mode; 0: the list of nodes ends here */
	uint32_t rdev;			      /* of a device, as struct file has it */
	const struct tree_node *children;     /* of a directory: a list, or NULL */
	const struct tree_numbered *numbered; /* beside those; NULL: there are none */
	/*
	 * Of a file: puts what it holds, or returns an errno. Of a link: puts where it leads;
	 * nothing: there is no such link.
	 */
	int (*show)(struct text *text, const struct tree_at *at);
	/* Of a file, NULL: it can't be written. As write(2), whatever the offset. */
	int64_t (*write)(const struct tree_at *at, uaddr_t buffer, uint64_t bytes);
	/* How it is opened, if not as a file or directory of this kind: see fs_type.open. */
	int (*open)(struct file **file, const struct tree_at *at, unsigned flags);
	/* What a link leads to that isn't named by its text: fs_type.path. */
	int (*stat)(const struct tree_at *at, struct hc_stat_result *st);
	const void *data; /* for these */
};

/* The operation `show` of a node whose data is a string: that, and nothing else. */
int tree_show_data(struct text *text, const struct tree_at *at);

struct tree {
	uint64_t dev; /* st_dev */
	const struct tree_node *root;
};

/* The operations of struct fs_type, for a tree. */
int tree_open(const struct tree *tree, struct file **file, const char *name, unsigned flags);
int tree_stat(const struct tree *tree, const char *name, bool follow, struct hc_stat_result *st);
int tree_readlink(const struct tree *tree, const char *name, char *to);
bool tree_path(const struct tree *tree, const char *name);

#endif
