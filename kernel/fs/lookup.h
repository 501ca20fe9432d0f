/* SPDX-License-Identifier: MIT */
/* Opening by name, through a table of mounts. All file systems are read-only. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <asm/errno.h>
#include <linux/fcntl.h>

#include "file.h"
#include "path.h"

/* A file system. `rest` is the part of the absolute path behind the mount point: "" or "/...". */
struct fs_type {
	/*
	 * Opens a name with flags of open(2). Sets *file, with one reference,
	 * and returns 0; or a negative errno.
	 */
	int (*open)(struct file **file, const struct path *path, const char *rest, unsigned flags);
	/* The target of a symbolic link; NULL if it is none. No operation: there are none. */
	const char *(*link)(const char *rest);
};

struct mount {
	const char *point; /* an absolute path; the root is "" */
	const struct fs_type *type;
};

/* Sets the table of mounts. It is searched in order, and ends with the root. */
void lookup_init(const struct mount *mounts);

/* A file system without files. */
extern const struct fs_type emptyfs;

/* The errno of opening a name that isn't there. */
static inline int open_absent(unsigned flags)
{
	return flags & O_CREAT ? -EROFS : -ENOENT;
}

/*
 * Makes a path of the program's string `user`, as seen from the directory `dirfd`
 * or AT_FDCWD. *path is valid until the next call. Returns 0, -EFAULT, -ENOENT,
 * -ENAMETOOLONG, -EBADF, -ENOTDIR or -ENOMEM.
 */
int path_from_user(const struct path **path, int dirfd, uaddr_t user);

/* Opens by name: see fs_type.open. */
int file_open(struct file **file, const struct path *path, unsigned flags);

/* The target of a symbolic link, or NULL if it is none. The host's links aren't seen. */
const char *file_link(const struct path *path);

#endif
