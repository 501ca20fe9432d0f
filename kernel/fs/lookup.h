/* SPDX-License-Identifier: MIT */
/* From a name to a file, through the file systems that are mounted. All of them are read-only. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <asm/errno.h>
#include <linux/fcntl.h>

#include "file.h"
#include "path.h"

/* A file system. `rest` is what follows its mount point in the absolute path: "" or "/...". */
struct fs_type {
	/*
	 * Opens a name with flags of open(2). Sets *file, with one reference,
	 * and returns 0; or a negative errno.
	 */
	int (*open)(struct file **file, const struct path *path, const char *rest, unsigned flags);
	/* What the symbolic link holds, or NULL: it is none. NULL itself: there are none. */
	const char *(*link)(const char *rest);
};

struct mount {
	const char *point; /* an absolute path without a slash at its end: "" is the root */
	const struct fs_type *type;
};

/* The table of mounts: a name is of the first whose point it is below. One is the root. */
void lookup_init(const struct mount *mounts);

/* A file system in which nothing is. */
extern const struct fs_type emptyfs;

/* The errno of opening a name that isn't there. */
static inline int open_absent(unsigned flags)
{
	return flags & O_CREAT ? -EROFS : -ENOENT;
}

/*
 * Names what the program's string `user` means, from the directory `dirfd` or
 * AT_FDCWD on. *path holds until the next call. Returns 0, -EFAULT, -ENOENT,
 * -ENAMETOOLONG, -EBADF, -ENOTDIR or -ENOMEM.
 */
int path_from_user(const struct path **path, int dirfd, uaddr_t user);

/* Opens by name, as the operation `open`. */
int file_open(struct file **file, const struct path *path, unsigned flags);

/* What the symbolic link of this name holds, or NULL: it is none that is seen here. */
const char *file_link(const struct path *path);

#endif
