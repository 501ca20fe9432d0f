/* SPDX-License-Identifier: MIT */
/* From a name to a file, through the file systems that are mounted. */
#include "lookup.h"

#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "fdtable.h"

static const struct mount *mounts;

void lookup_init(const struct mount *table)
{
	mounts = table;
}

/* The file system of a name. Sets *rest to what follows the mount point. */
static const struct fs_type *find(const struct path *path, const char **rest)
{
	const struct mount *mount = mounts;

	while (!path_is_below(path, mount->point))
		mount++;
	*rest = path->absolute + strlen(mount->point);
	return mount->type;
}

int path_from_user(const struct path **result, int dirfd, uaddr_t user)
{
	static char text[PATH_MAX];
	static struct path path;
	int64_t length = string_from_user(text, user, sizeof(text));
	const struct file *directory;
	const char *base = NULL;

	if (length <= 0)
		return length < 0 ? length : -ENOENT;
	if (dirfd != AT_FDCWD && text[0] != '/') {
		directory = fd_file(dirfd);
		if (!directory)
			return -EBADF;
		if (!directory->path)
			return -ENOTDIR;
		base = directory->path;
	}
	*result = &path;
	return path_make(&path, base, text);
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
