/* SPDX-License-Identifier: MIT */
/* Files that are executed, where they lie in a tmpfs. For exec_file.c. */
#ifndef EXEC_TMPFS_H
#define EXEC_TMPFS_H

#include "exec_file.h"

/* Does the path lie where no file is the host's? */
bool exec_tmpfs_has(const char *host_path);

/*
 * Opens a file by way of our own mounts. One of the host's is closed again: *host_path becomes its
 * path there. Returns 0 or an errno.
 */
int exec_tmpfs_open(struct exec_file *file, const char **host_path);

/* exec_file_read() of file->opened. */
int exec_tmpfs_read(struct exec_file *file, uint64_t offset, paddr_t pa, uint64_t bytes);

#endif
