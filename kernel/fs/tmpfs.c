/* SPDX-License-Identifier: MIT */
/* A file system in guest memory: what is done by name. */
#include "tmpfs.h"

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/stat.h>

#include "../lib/string.h"
#include "keep.h"
#include "path.h"
#include "tmpfs_names.h"

static bool used;

bool tmpfs_is_used(void)
{
	return used;
}

/* Where a name leads. */
struct spot {
	struct tmpfs_node *directory; /* NULL: it is the root */
	const char *last;	      /* its last part */
	size_t length;		      /* of that */
	struct tmpfs_name *name;      /* NULL: the root, or there is none */
	struct tmpfs_node *node;      /* NULL: there is none */
};

/* Finds a path, whose last part may be missing. Returns 0 or an errno. */
static int find(const char *path, struct spot *spot)
{
	const char *at;
	const struct mount *mount = mount_at(path, &at);
	int error;

	*spot = (struct spot){0};
	error = tmpfs_root(mount, &spot->node);
	if (error)
		return error;
	for (at = path_skip_slashes(at); *at; at = path_skip_slashes(at + spot->length)) {
		if (!spot->node)
			return -ENOENT;
		if (!S_ISDIR(spot->node->mode))
			return -ENOTDIR;
		spot->directory = spot->node;
		spot->last = at;
		spot->length = path_part(at);
		spot->name = tmpfs_find(spot->directory, at, spot->length);
		spot->node = spot->name ? spot->name->node : NULL;
	}
	return 0;
}

/* The same for one that must be there. */
static int find_node(const char *path, struct spot *spot)
{
	int error = find(path, spot);

	return error ? error : spot->node ? 0 : -ENOENT;
}

static int tmpfs_stat(const char *path, bool follow, struct hc_stat_result *st)
{
	struct spot spot;
	int error = find_node(path, &spot);

	(void)follow;
	if (!error)
		tmpfs_fill_stat(spot.node, st);
	return error;
}

static int tmpfs_readlink(const char *path, char *to)
{
	struct spot spot;
	int error = find_node(path, &spot);
	size_t length;

	if (error)
		return error;
	if (!S_ISLNK(spot.node->mode))
		return -EINVAL;
	length = strlen(spot.node->has.target);
	memcpy(to, spot.node->has.target, length);
	return length;
}

static int tmpfs_open(struct file **file, const char *path, unsigned flags)
{
	struct spot spot;
	int error = find(path, &spot);

	if (error)
		return error;
	return spot.node ? tmpfs_open_node(file, spot.node, flags) : open_absent(flags);
}

/* A node that is about to get a name in a directory. */
static int new_in(struct tmpfs_node *directory, const struct new_name *new,
		  struct tmpfs_node **node)
{
	int error = tmpfs_node_new(node, directory->dev, new->mode, new->target);

	if (error)
		return error;
	(*node)->rdev = new->rdev;
	if (directory->mode & S_ISGID) {
		(*node)->gid = directory->gid;
		(*node)->mode |= S_ISDIR(new->mode) ? S_ISGID : 0;
	}
	return 0;
}

static int tmpfs_make(const char *path, const struct new_name *new)
{
	struct tmpfs_node *node;
	struct spot spot;
	int error = find(path, &spot);

	if (!error && spot.node)
		error = -EEXIST;
	if (!error)
		error = new_in(spot.directory, new, &node);
	if (error)
		return error;
	error = tmpfs_add(spot.directory, spot.last, spot.length, node);
	tmpfs_unuse(node);
	used = true;
	return error;
}

static int tmpfs_make_nameless(struct file **file, const char *path, const struct new_name *new,
			       unsigned flags)
{
	struct tmpfs_node *node;
	struct spot spot;
	int error = find_node(path, &spot);

	if (!error && !S_ISDIR(spot.node->mode))
		error = -ENOTDIR;
	if (!error)
		error = new_in(spot.node, new, &node);
	if (error)
		return error;
	/* With a label it is like one that has lost its last name: it can get none. */
	if (flags & O_EXCL)
		node->label = path_keep(path);
	error = flags & O_EXCL && !node->label ? -ENOMEM : tmpfs_open_node(file, node, flags);
	tmpfs_unuse(node);
	return error;
}

static int link_node(struct tmpfs_node *node, const char *to)
{
	struct spot spot;
	int error = find(to, &spot);

	if (error)
		return error;
	if (spot.node)
		return -EEXIST;
	if (node->dev != spot.directory->dev)
		return -EXDEV;
	if (S_ISDIR(node->mode))
		return -EPERM;
	return tmpfs_add(spot.directory, spot.last, spot.length, node);
}

static int tmpfs_link(const char *from, const char *to)
{
	struct spot spot;
	int error = find_node(from, &spot);

	return error ? error : link_node(spot.node, to);
}

static int tmpfs_link_file(const struct file *file, const char *to)
{
	struct tmpfs_node *node = tmpfs_node_of(file);

	if (!node)
		return -EXDEV;
	/*
	 * A file that has lost its last name can get no other. One of O_TMPFILE, which never had
	 * any, can.
	 */
	return node->links || !node->label ? link_node(node, to) : -ENOENT;
}

/* Its last name goes. If it is open or mapped, keeps the path, for /proc to show. */
static void keep_label(struct tmpfs_node *node)
{
	static char path[PATH_MAX];

	if (node->links == (S_ISDIR(node->mode) ? node->links : 1) &&
	    (node->uses || node->cache.refs > 1) && tmpfs_path(node, path) > 0)
		node->label = path_keep(path);
}

static int tmpfs_remove_name(const char *path, bool directory)
{
	struct spot spot;
	int error = find_node(path, &spot);

	if (error)
		return error;
	if (directory && !S_ISDIR(spot.node->mode))
		return -ENOTDIR;
	if (!directory && S_ISDIR(spot.node->mode))
		return -EISDIR;
	if (!spot.name || mount_is_point(path))
		return -EBUSY;
	if (directory && spot.node->has.directory.names)
		return -ENOTEMPTY;
	keep_label(spot.node);
	tmpfs_remove(spot.name);
	return 0;
}

/* Is the directory this one, or does it lie in it? */
static bool is_in(const struct tmpfs_node *directory, const struct tmpfs_node *node)
{
	while (directory && directory != node)
		directory = tmpfs_parent(directory);
	return directory;
}

/* May what `from` names replace what `to` does? 0 or an errno. */
static int check_replace(const struct spot *from, const struct spot *to, unsigned flags)
{
	if (flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (flags & RENAME_EXCHANGE)
		return is_in(from->directory, to->node) ? -EINVAL : 0;
	if (is_in(from->directory, to->node))
		return -ENOTEMPTY;
	if (S_ISDIR(from->node->mode) && !S_ISDIR(to->node->mode))
		return -ENOTDIR;
	if (!S_ISDIR(from->node->mode) && S_ISDIR(to->node->mode))
		return -EISDIR;
	return S_ISDIR(to->node->mode) && to->node->has.directory.names ? -ENOTEMPTY : 0;
}

static int check_rename(const struct spot *from, const struct spot *to, unsigned flags)
{
	if (from->node->dev != (to->node ? to->node : to->directory)->dev)
		return -EXDEV;
	if (!from->name || (to->node && !to->name))
		return -EBUSY;
	if (to->node && flags & RENAME_NOREPLACE)
		return -EEXIST;
	if (!to->node && flags & RENAME_EXCHANGE)
		return -ENOENT;
	if (S_ISDIR(from->node->mode) && is_in(to->directory, from->node))
		return -EINVAL;
	return to->node && to->node != from->node ? check_replace(from, to, flags) : 0;
}

static int tmpfs_rename(const char *old, const char *new, unsigned flags)
{
	struct spot from = {0}, to = {0};
	int error = find_node(old, &from);

	if (flags & RENAME_WHITEOUT)
		return -EINVAL;
	if (!error)
		error = find(new, &to);
	if (!error)
		error = check_rename(&from, &to, flags);
	/*
	 * Mounts are found by their paths: what is mounted at a name, or below it, keeps the name
	 * in place.
	 */
	if (!error && (mount_has_below(old) || mount_has_below(new)))
		error = -EBUSY;
	if (error || to.node == from.node)
		return error;
	if (flags & RENAME_EXCHANGE) {
		tmpfs_exchange(from.name, to.name);
		return 0;
	}
	/* First the step that can fail. Two entries have the name for a moment. */
	error = tmpfs_move(from.name, to.directory, to.last, to.length);
	if (!error && to.node) {
		keep_label(to.node);
		tmpfs_remove(to.name);
	}
	return error;
}

static int tmpfs_change(const char *path, const struct attributes *set)
{
	struct spot spot;
	int error = find_node(path, &spot);

	return error ? error : tmpfs_set(spot.node, set);
}

static void tmpfs_fill_room(struct fs_room *room)
{
	struct tmpfs_room now = tmpfs_room();

	*room = (struct fs_room){
		.blocks = now.pages,
		.blocks_free = now.pages - now.pages_used,
		.files = now.nodes,
		.files_free = now.nodes - now.nodes_used,
	};
}

static const struct fs_changes changes = {
	.make = tmpfs_make,
	.make_nameless = tmpfs_make_nameless,
	.link = tmpfs_link,
	.link_file = tmpfs_link_file,
	.remove = tmpfs_remove_name,
	.rename = tmpfs_rename,
	.change = tmpfs_change,
	.room = tmpfs_fill_room,
};

const struct fs_type tmpfs = {
	.name = "tmpfs",
	.dev = DEV_TMPFS,
	.devices = MOUNTS_MAX,
	.magic = TMPFS_MAGIC,
	.whole_paths = true,
	.changes = &changes,
	.open = tmpfs_open,
	.stat = tmpfs_stat,
	.readlink = tmpfs_readlink,
};
