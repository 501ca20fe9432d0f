/* SPDX-License-Identifier: MIT */
/* Pipes that have a name in a tmpfs: fifo(7). */
#ifndef FIFO_H
#define FIFO_H

#include "file.h"

struct fifo;
struct tmpfs_node;

/*
 * Opens the fifo that a node is. Where the other end has to be opened first the thread waits: what
 * is returned then is greater than 0, and the call's result. Else 0, -ENXIO or -ENOMEM.
 */
int fifo_open(struct file **file, struct tmpfs_node *node, unsigned flags);

/* The node goes; nobody has it open. */
void fifo_free(struct fifo *fifo);

#endif
