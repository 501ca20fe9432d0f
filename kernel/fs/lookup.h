/* SPDX-License-Identifier: MIT */
/* What is done by name, through the table of mounts. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "mount.h"
#include "path.h"

struct resolved;

/*
 * Makes a path of the program's string `user`, as seen from the directory `dirfd`
 * or AT_FDCWD. *path is valid until the next call. Returns 0, -EFAULT, -ENOENT,
 * -ENAMETOOLONG, -EBADF, -ENOTDIR or -ENOMEM.
 */
int path_from_user(const struct path **path, int dirfd, uaddr_t user);

/* The same for calls with AT_EMPTY_PATH. Returns 1 if the name is empty: `dirfd` is meant itself.
 */
int path_or_fd_from_user(const struct path **path, int dirfd, uaddr_t user, unsigned flags);

/* The same of a text of the kernel's, as seen from the working directory. */
int path_from_text(const struct path **path, const char *text);

/* Makes a path of the working directory. Likewise. */
int path_here(const struct path **path);

/*
 * Each returns 0 or more, or a negative errno. The host is asked first, once: it follows the links
 * that lie on it. They are followed here only if its answer leaves open whether they lead to a
 * mount of ours: see leads_elsewhere().
 */

/*
 * Opens with flags of open(2), and makes a file with this mode if they say so. Sets *file, with one
 * reference.
 */
int file_open(struct file **file, const struct path *path, unsigned flags, unsigned mode);

/* stat(2); without `follow` lstat(2). */
int path_stat(const struct path *path, bool follow, struct hc_stat_result *st);

/* Copies the text of a symbolic link, without a NUL, to to[PATH_MAX] in the kernel's image. */
int path_readlink(const struct path *path, char *to);

/* Makes a directory the working directory: chdir(2), fchdir(2). */
int path_chdir(const struct path *path);
int file_chdir(struct file *file);

/*
 * Why a name can't be made in a file system that has no changes: on the host -EROFS, if its
 * directory is there. `at`: where the path leads by path_resolve(), with the errno that this gave.
 */
int path_create_error(const struct path *path, const struct resolved *at, int error);

#endif
