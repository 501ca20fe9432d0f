/* SPDX-License-Identifier: MIT */
/* The host's files and directories, by name. */
#ifndef HOSTFS_H
#define HOSTFS_H

#include "mount.h"

extern const struct fs_type hostfs;

/*
 * Opens a device of the host's as a file with these operations of hostfile.h. Without `write`
 * among them, an open for writing is -EROFS.
 */
int hostfs_open_as(struct file **file, const char *name, const struct file_ops *ops, uint32_t mode,
		   unsigned flags);

#endif
