/* SPDX-License-Identifier: MIT */
/* The program's file descriptors. Linux looks at 32 bits of an fd, and so does this. */
#ifndef FDTABLE_H
#define FDTABLE_H

#include "file.h"

#define FD_COUNT 256

/* Sets RLIMIT_NOFILE: fds from `limit` on can't be given any more. At first it is FD_COUNT. */
void fd_set_limit(uint64_t limit);

/* May a file get this fd? */
bool fd_allowed(uint64_t fd);

/* The file behind an fd, or NULL. No reference is taken. */
struct file *fd_file(uint64_t fd);

/*
 * Gives a file the lowest free fd from `from` on and takes over the caller's reference. Returns
 * the fd; or -EMFILE, or -EINVAL for a `from` beyond the limit, and drops the reference.
 */
int fd_install(struct file *file, uint64_t from, bool cloexec);

/* Gives a file the fd `fd`, which is allowed, whatever it was; takes over the reference. */
void fd_replace(uint32_t fd, struct file *file, bool cloexec);

/* Frees an fd. Returns 0 or -EBADF. */
int fd_close(uint64_t fd);

/* FD_CLOEXEC of an open fd. */
bool fd_cloexec(uint64_t fd);
void fd_set_cloexec(uint64_t fd, bool cloexec);

#endif
