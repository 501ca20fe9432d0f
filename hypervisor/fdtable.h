/* SPDX-License-Identifier: MIT */
/*
 * The guest's file descriptors. A guest fd is an index into this table and
 * never a host fd; whatever isn't in the table can't be named by the guest.
 */
#ifndef FDTABLE_H
#define FDTABLE_H

#include <stdint.h>

#define FDTABLE_SIZE 256

struct fdtable {
	int host[FDTABLE_SIZE]; /* host fd, or -1: free */
};

/* fds 0, 1 and 2 become the host's, those whose bit in `open_fds` is set; all others are free. */
void fdtable_init(struct fdtable *table, unsigned open_fds);

/* The host fd behind a guest's, or -EBADF. */
int fdtable_get(const struct fdtable *table, uint64_t fd);

/*
 * Opens a host file for reading into the lowest free slot. Regular files and
 * a few harmless devices only; what /proc and /sys show is the hypervisor's
 * own and refused. Returns the guest fd, -EMFILE, -EISDIR, -EACCES or the
 * errno of open(2).
 */
int fdtable_open(struct fdtable *table, const char *path);

/* Closes a guest fd. Returns 0 or -EBADF. */
int fdtable_close(struct fdtable *table, uint64_t fd);

#endif
