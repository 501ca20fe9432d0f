/* SPDX-License-Identifier: MIT */
/* Opening by name, through a table of mounts. */
#include "lookup.h"

#include "../mm/uaccess.h"
#include "context.h"
#include "fdtable.h"

static const struct mount *mounts;

void lookup_init(const struct mount *table)
{
	mounts = table;
}

/* Finds the file system of a path, and sets *rest to the part behind the mount point. */
static const struct fs_type *find(const struct path *path, const char **rest)
{
	const struct mount *mount = mounts;

	while (!(*rest = path_below(path, mount->point)))
		mount++;
	return mount->type;
}

int path_from_user(const struct path **result, int dirfd, uaddr_t user)
{
	static char text[PATH_MAX];
	static struct path path;
	int64_t length = string_from_user(text, user, sizeof(text));
	const struct file *directory;

	if (length <= 0)
		return length < 0 ? length : -ENOENT;
	*result = &path;
	if (dirfd == AT_FDCWD || text[0] == '/')
		return fs_path(&path, text);
	directory = fd_file(dirfd);
	if (!directory)
		return -EBADF;
	if (!directory->path)
		return -ENOTDIR;
	return path_make(&path, directory->path, directory->path, text);
}

int file_open(struct file **file, const struct path *path, unsigned flags)
{
	const char *rest;
	const struct fs_type *type = find(path, &rest);

	return type->open(file, path, rest, flags);
}

const char *file_link(const struct path *path)
{
	const char *rest;
	const struct fs_type *type = find(path, &rest);

	return type->link ? type->link(rest) : NULL;
}

static int empty_open(struct file **file, const struct path *path, const char *rest, unsigned flags)
{
	(void)file, (void)path, (void)rest;
	return open_absent(flags);
}

const struct fs_type emptyfs = {.open = empty_open};
