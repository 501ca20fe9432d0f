/* SPDX-License-Identifier: MIT */
/* The roots of tmpfs, and the way from a node back to its path. */
#include <linux/stat.h>

#include "../lib/string.h"
#include "path.h"
#include "tmpfs.h"
#include "tmpfs_names.h"

#define ROOT_MODE (S_IFDIR | S_ISVTX | 0777)

/* Of each mount, by its place in the table; NULL: not needed yet. */
static struct tmpfs_node *roots[MOUNTS_MAX];

/*
 * Makes the name that something else is mounted at, with the directories on the way to it, as far
 * as there is room.
 */
static void make_point(struct tmpfs_node *directory, const char *path, uint32_t mode)
{
	struct tmpfs_node *node;
	size_t length;

	for (path = path_skip_slashes(path); *path; path = path_skip_slashes(path + length)) {
		struct tmpfs_name *name;
		bool last;

		length = path_part(path);
		last = !*path_skip_slashes(path + length);
		name = tmpfs_find(directory, path, length);
		if (!name) {
			if (tmpfs_node_new(&node, directory->dev, last ? mode : S_IFDIR | 0755,
					   NULL) < 0)
				return;
			if (tmpfs_add(directory, path, length, node) == 0)
				name = node->names;
			tmpfs_unuse(node);
		}
		if (!name || !S_ISDIR(name->node->mode))
			return;
		directory = name->node;
	}
}

/* Makes a name for each mount below this one. */
static void make_points(struct tmpfs_node *root, const struct mount *mount)
{
	struct hc_stat_result st;
	const char *rest;

	for (const struct mount *other = mount_table(); *other->point; other++) {
		rest = path_below(other->point, mount->point);
		if (!rest || !*rest || mount_above(other) != mount)
			continue;
		if (other->type == mount->type || other->type->stat(other->point, true, &st) < 0)
			st.mode = S_IFDIR | 0755;
		make_point(root, rest, st.mode);
	}
}

int tmpfs_root(const struct mount *mount, struct tmpfs_node **root)
{
	unsigned index = mount - mount_table();
	int error = 0;

	if (!roots[index]) {
		error = tmpfs_node_new(&roots[index], DEV_TMPFS + index, ROOT_MODE, NULL);
		if (error)
			return error;
		roots[index]->links = 2;
		make_points(roots[index], mount);
	}
	*root = roots[index];
	return error;
}

int tmpfs_path(const struct tmpfs_node *node, char to[PATH_MAX])
{
	size_t at = PATH_MAX - 1;
	const struct tmpfs_name *name = node->names;
	const char *point;
	size_t length;

	if (!name && node->label) {
		memcpy(to, node->label, strlen(node->label) + 1);
		return -ENOENT;
	}
	to[at] = '\0';
	for (; name; name = node->names) {
		if (at < name->length + 1u)
			return -ENAMETOOLONG;
		at -= name->length;
		memcpy(to + at, name->text, name->length);
		to[--at] = '/';
		node = name->directory;
	}
	if (node->dev - DEV_TMPFS >= MOUNTS_MAX || roots[node->dev - DEV_TMPFS] != node) {
		to[0] = '\0';
		return -ENOENT;
	}
	point = mount_table()[node->dev - DEV_TMPFS].point;
	length = strlen(point);
	if (at < length)
		return -ENAMETOOLONG;
	at -= length;
	memcpy(to + at, point, length);
	length = PATH_MAX - at;
	for (size_t i = 0; i < length; i++)
		to[i] = to[at + i];
	return length - 1;
}

const char *tmpfs_shown_path(const struct cache *cache)
{
	static const char deleted[] = " (deleted)";
	static char shown[PATH_MAX + sizeof(deleted)];
	int length = tmpfs_path((const struct tmpfs_node *)cache, shown);

	if (length == -ENOENT)
		memcpy(shown + strlen(shown), deleted, sizeof(deleted));
	else if (length < 0)
		shown[0] = '\0';
	return shown;
}
