/* SPDX-License-Identifier: MIT */
/* What changes names, or what they lead to. */
#include "change.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "../lib/string.h"
#include "fdtable.h"
#include "lookup.h"

void name_find(struct name *name, const struct path *path, bool follow)
{
	struct hc_stat_result st;
	const char *last;
	size_t length;

	last = path_last(path->text, &length);
	name->root = length == 0;
	name->dot = path_is_dot(last, length);
	name->dotdot = path_is_dotdot(last, length);
	name->slash = path->directory && !name->root && !name->dot && !name->dotdot;
	name->unreachable = path_resolve(&name->at, path, follow ? FOLLOW_LAST : FOLLOW_NAME);
	name->changes = name->at.type->changes;
	name->missing = name->changes && !name->unreachable
				? name->at.type->stat(name->at.name, false, &st)
				: path_stat(path, follow, &st);
	name->mode = name->missing ? 0 : st.mode;
	name->create_error = !name->changes && name->missing == -ENOENT
				     ? path_create_error(path, &name->at, name->unreachable)
				     : -EROFS;
}

/* Is it something that a name can be given to? 0 or an errno. */
static int check_new(const struct name *name, bool directory)
{
	if (name->changes && name->unreachable)
		return name->unreachable;
	if (!name->missing)
		return -EEXIST;
	if (name->missing != -ENOENT)
		return name->missing;
	/* A slash behind it, but no directory is made. */
	if (name->slash && !directory)
		return -ENOENT;
	return name->changes ? 0 : name->create_error;
}

int name_make(const struct name *name, const struct new_name *new)
{
	int error = check_new(name, S_ISDIR(new->mode));

	return error ? error : name->changes->make(name->at.name, new);
}

/* Is it there, and a directory where it must be? 0 or an errno. */
static int check_there(const struct name *name)
{
	if (name->changes && name->unreachable)
		return name->unreachable;
	if (name->missing)
		return name->missing;
	return name->slash && !S_ISDIR(name->mode) ? -ENOTDIR : 0;
}

int name_link(const struct name *from, const struct name *to)
{
	int error = check_there(from);

	if (!error)
		error = check_new(to, false);
	if (error)
		return error;
	if (from->changes != to->changes)
		return -EXDEV;
	return to->changes->link(from->at.name, to->at.name);
}

int name_link_file(const struct file *from, const struct name *to)
{
	int error = check_new(to, false);

	return error ? error : to->changes->link_file(from, to->at.name);
}

int name_remove(const struct name *name, bool directory)
{
	int error = check_there(name);

	if (error)
		return error;
	if (name->root || name->dot || name->dotdot) {
		if (!directory)
			return -EISDIR;
		return name->root ? -EBUSY : name->dot ? -EINVAL : -ENOTEMPTY;
	}
	if (name->changes)
		return name->changes->remove(name->at.name, directory);
	if (directory)
		return S_ISDIR(name->mode) ? -EROFS : -ENOTDIR;
	return S_ISDIR(name->mode) ? -EISDIR : -EROFS;
}

/* The mount that the name itself lies in: what is mounted at it doesn't count. */
static const struct mount *mount_around(const struct name *name)
{
	const char *rest;
	const struct mount *mount = mount_at(name->at.absolute, &rest);

	return *rest || !*mount->point ? mount : mount_above(mount);
}

/* Is something mounted at one of two names of the same file system that can be changed? */
static bool is_mounted_beside(const struct name *from, const struct name *to)
{
	const struct mount *mount = mount_around(from);

	return mount->type->changes && mount == mount_around(to) &&
	       (mount_is_point(from->at.absolute) || mount_is_point(to->at.absolute));
}

int name_rename(const struct name *from, const struct name *to, unsigned flags)
{
	/* Linux finds both directories first. */
	int error = from->changes ? from->unreachable : 0;

	if (!error && to->changes)
		error = to->unreachable;
	if (!error)
		error = check_there(from);
	if (error)
		return error;
	if (from->root || from->dot || from->dotdot)
		return -EBUSY;
	if (to->root || to->dot || to->dotdot)
		return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	if (to->missing && (to->missing != -ENOENT || flags & RENAME_EXCHANGE))
		return to->missing;
	if (is_mounted_beside(from, to)) {
		if (!to->missing && flags & RENAME_NOREPLACE)
			return -EEXIST;
		return strcmp(from->at.absolute, to->at.absolute) == 0 ? 0 : -EBUSY;
	}
	/* That it can't be written to is looked at later than that it is another one. */
	if (from->changes != to->changes)
		return to->missing && to->create_error != -EROFS ? to->create_error : -EXDEV;
	if (!to->changes)
		return !to->missing ? flags & RENAME_NOREPLACE ? -EEXIST : -EROFS
				    : to->create_error;
	if (to->slash && !S_ISDIR(flags & RENAME_EXCHANGE ? to->mode : from->mode))
		return -ENOTDIR;
	return to->changes->rename(from->at.name, to->at.name, flags);
}

int path_open_nameless(struct file **file, const struct path *path, unsigned flags, unsigned mode)
{
	static struct resolved at;
	const struct new_name new = {.mode = S_IFREG | mode};
	struct hc_stat_result st;
	int error = path_resolve(&at, path, FOLLOW_LAST);

	if (!error && at.type->changes)
		return at.type->changes->make_nameless(file, at.name, &new, flags);
	error = path_stat(path, true, &st);
	if (error)
		return error;
	return S_ISDIR(st.mode) ? -EROFS : -ENOTDIR;
}

int file_set(struct file *file, const struct attributes *set)
{
	return file->ops->change ? file->ops->change(file, set) : -EROFS;
}

int path_set(const struct path *path, bool follow, const struct attributes *set)
{
	static struct resolved at;
	struct hc_stat_result st;
	struct file *file;
	int error = path_resolve(&at, path, follow ? FOLLOW_LAST : FOLLOW_NOT);

	if (at.type->changes)
		return error ? error : at.type->changes->change(at.name, set);
	error = path_stat(path, follow, &st);
	if (error)
		return error;
	/* By way of /proc/self/fd: an open file. */
	file = follow ? fd_find(st.dev, st.ino) : NULL;
	return file ? file_set(file, set) : -EROFS;
}
