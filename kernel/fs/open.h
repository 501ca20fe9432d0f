/* SPDX-License-Identifier: MIT */
/* Names that a program gives, and opening by them. */
#ifndef OPEN_H
#define OPEN_H

#include "file.h"

/*
 * Names what the program's string `user` means, from the directory `dirfd` or
 * AT_FDCWD on. *path holds until the next call. Returns 0, -EFAULT, -ENOENT,
 * -ENAMETOOLONG, -EBADF, -ENOTDIR or -ENOMEM.
 */
int path_from_user(const struct path **path, uint64_t dirfd, uint64_t user);

/*
 * Opens by name: `how` are the flags of open(2), `keep` those of them that
 * F_GETFL shows. Sets *file, with one reference, and returns 0; or a negative errno.
 */
int file_open(struct file **file, const struct path *path, unsigned keep, unsigned how);

#endif
