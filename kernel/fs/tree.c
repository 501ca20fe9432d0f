/* SPDX-License-Identifier: MIT */
/* File systems of the kernel's own: names, and what is told of a node. */
#include "tree.h"

#include "../host/clock.h"
#include "../lib/string.h"
#include "tree_file.h"

/* A number as a name has it: no sign, no leading zero. */
static bool parse_number(const char *part, size_t length, uint32_t *number)
{
	uint32_t value = 0;

	if (length == 0 || (part[0] == '0' && length > 1))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (part[i] < '0' || part[i] > '9' || value > INT32_MAX / 10 - 1)
			return false;
		value = value * 10 + part[i] - '0';
	}
	*number = value;
	return true;
}

static const struct tree_node *find_child(const struct tree_node *list, const char *part,
					  size_t length)
{
	for (; list && list->mode; list++)
		if (strlen(list->name) == length && memcmp(list->name, part, length) == 0)
			return list;
	return NULL;
}

/* Goes from a node to the entry that part[0 .. length) names. Returns 0 or an errno. */
static int step(struct tree_at *at, const char *part, size_t length)
{
	const struct tree_node *node = at->node;
	const struct tree_node *child = find_child(node->children, part, length);
	uint32_t number;

	if (!S_ISDIR(node->mode))
		return -ENOTDIR;
	if (!child) {
		if (!node->numbered || !parse_number(part, length, &number) ||
		    !node->numbered->has(at, number))
			return -ENOENT;
		child = node->numbered->node;
		at->numbers[at->count++] = number;
	}
	at->node = child;
	return 0;
}

static int find(const struct tree *tree, const char *name, struct tree_at *at)
{
	int error = 0;

	*at = (struct tree_at){.node = tree->root};
	while (!error && *name) {
		size_t length = 0;

		name++; /* a slash */
		while (name[length] && name[length] != '/')
			length++;
		error = step(at, name, length);
		name += length;
	}
	return error;
}

int tree_show_data(struct text *text, const struct tree_at *at)
{
	text_string(text, at->node->data);
	return 0;
}

int tree_open(const struct tree *tree, struct file **file, const char *name, unsigned flags)
{
	struct tree_at at;
	int error = find(tree, name, &at);

	if (error)
		return error == -ENOENT ? open_absent(flags) : error;
	if (at.node->open)
		return at.node->open(file, &at, flags);
	error = tree_file_new(file, &at, flags);
	if (!error) {
		(*file)->dev = tree->dev;
		(*file)->ino = file_ino(name);
	}
	return error;
}

int tree_stat(const struct tree *tree, const char *name, bool follow, struct hc_stat_result *st)
{
	struct hc_time start = {0}; /* of the kernel */
	struct tree_at at;
	int error = find(tree, name, &at);

	if (error)
		return error;
	if (follow && at.node->stat)
		return at.node->stat(&at, st);
	start.seconds = (clock_realtime() - clock_monotonic()) / NSEC_PER_SEC;
	*st = (struct hc_stat_result){
		.dev = tree->dev,
		.ino = file_ino(name),
		.mode = at.node->mode,
		.nlink = S_ISDIR(at.node->mode) ? 2 : 1,
		.rdev = (uint64_t)(at.node->rdev >> 8) << 32 | (at.node->rdev & 0xff),
		.blksize = FILE_BLOCK,
		.atime = start,
		.mtime = start,
		.ctime = start,
	};
	return 0;
}

int tree_readlink(const struct tree *tree, const char *name, char *to)
{
	struct text text = {.to = to, .room = PATH_MAX};
	struct tree_at at;
	int error = find(tree, name, &at);

	if (error)
		return error;
	if (!S_ISLNK(at.node->mode))
		return -EINVAL;
	error = at.node->show(&text, &at);
	if (error)
		return error;
	return text_length(&text) ? (int)text_length(&text) : -ENOENT;
}

bool tree_path(const struct tree *tree, const char *name)
{
	struct tree_at at;

	return find(tree, name, &at) < 0 || !at.node->stat;
}
