/* SPDX-License-Identifier: MIT */
/* The host's files and directories, opened by name. */
#ifndef HOSTFS_H
#define HOSTFS_H

#include "lookup.h"

extern const struct fs_type hostfs;

/*
 * Opens a file or directory: the host knows it as `name`, in the low 2 MiB, the
 * program by its absolute path. `flags` are those of open(2). Sets *file, with one
 * reference, and returns 0; or a negative errno.
 */
int hostfs_open(struct file **file, const char *name, const char *absolute, unsigned flags);

/*
 * The same for a file with these operations of hostfile.h. Without `write`
 * among them, an open for writing is -EROFS. A directory is -EISDIR.
 */
int hostfs_open_as(struct file **file, const char *name, const struct file_ops *ops, uint32_t mode,
		   unsigned flags);

#endif
