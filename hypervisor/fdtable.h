/* SPDX-License-Identifier: MIT */
/*
 * The guest's file descriptors. A guest fd is an index into this table and
 * never a host fd; whatever isn't in the table can't be named by the guest.
 */
#ifndef FDTABLE_H
#define FDTABLE_H

#include <stdint.h>

#define FDTABLE_SIZE 256
#define FDTABLE_STD  3 /* stdin, stdout, stderr */

struct fdtable {
	int host[FDTABLE_SIZE]; /* host fd, or -1: free */
};

/* fds 0, 1 and 2 become the host's, those whose bit in `open_fds` is set; all others are free. */
void fdtable_init(struct fdtable *table, unsigned open_fds);

/* The host fd behind a guest's, or -EBADF. */
int fdtable_get(const struct fdtable *table, uint64_t fd);

/* The lowest guest fd that is free, or -EMFILE. */
int fdtable_lowest(const struct fdtable *table);

/* Puts host fd `host` behind `fd`, which fdtable_lowest() has found. */
void fdtable_put(struct fdtable *table, int fd, int host);

/* Frees a guest fd. Returns the host fd that was behind it, or -EBADF. */
int fdtable_take(struct fdtable *table, uint64_t fd);

#endif
