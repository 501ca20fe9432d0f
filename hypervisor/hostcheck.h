/* SPDX-License-Identifier: MIT */
/* Which of the host's files the guest may have: by what they are, not by their names. */
#ifndef HOSTCHECK_H
#define HOSTCHECK_H

/* Not sys/stat.h, which in some libcs has a struct statx of its own, in others none. */
#include <linux/stat.h>

/*
 * The empty path, by which statx(2) and readlinkat(2) mean the fd itself. The sandbox
 * knows it by its address; it lies in memory that can't be written.
 */
extern const char hostcheck_itself[1];

/* What a host fd is, also one that was opened by O_PATH. Returns 0 or -errno. */
int hostcheck_stat(int host, struct statx *st);

/*
 * May the guest be told of what is behind this fd, whose hostcheck_stat() is
 * `st`? Of any kind of file on a file system that keeps data, and of nothing
 * in a pseudo file system. Returns 0, -EACCES or another -errno.
 */
int hostcheck_tell(int host, const struct statx *st);

/*
 * May the guest have this fd's file open for reading? Regular files and
 * directories of file systems that keep data, and a few harmless devices.
 * Returns 0, -EACCES or another -errno.
 */
int hostcheck_open(int host);

#endif
