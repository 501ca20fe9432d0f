/* SPDX-License-Identifier: MIT */
/*
 * The host's files. Their data move between host and program, past the kernel.
 * The functions named as operations are for the tables of others whose data
 * come from the host; see file_ops for what they do.
 */
#ifndef HOSTFS_H
#define HOSTFS_H

#include "lookup.h"

/* The file of one of the host's fds that the program starts with. It takes no memory. Once. */
struct file *hostfs_first(uint32_t mode, unsigned flags, int host);

/* All that the host shows. */
extern const struct fs_type hostfs;

/*
 * Opens a file or directory: the host knows it as `name`, in the low 2 MiB, the
 * program by its absolute path. `flags` are those of open(2). Sets *file, with one
 * reference, and returns 0; or a negative errno.
 */
int hostfs_open(struct file **file, const char *name, const char *absolute, unsigned flags);

/*
 * The same for a file with these operations, which are for one whose offset is
 * the host's. Without `write` among them, an open for writing is -EROFS. A
 * directory is -EISDIR.
 */
int hostfs_open_as(struct file **file, const char *name, const struct file_ops *ops, uint32_t mode,
		   unsigned flags);

/*
 * Has the program all the host's fds that it may have? Some of the 256 are the
 * kernel's, for files that it opens for a moment to look at.
 */
bool hostfs_used_up(void);

/* Operations of a file whose offset is the host's. */
int64_t hostfs_read(struct file *file, uaddr_t buffer, uint64_t bytes);
int64_t hostfs_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			   bool to_user);
int64_t hostfs_seek(struct file *file, int64_t offset, unsigned whence);
void hostfs_release(struct file *file);

#endif
