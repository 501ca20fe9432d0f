/* SPDX-License-Identifier: MIT */
/* Pipes that have a name: fifo(7). */
#ifndef FIFO_H
#define FIFO_H

#include "file.h"

struct fifo;

/* A new one. `left` is called with `owner` when an end was closed. NULL: out of memory. */
struct fifo *fifo_new(void (*left)(void *owner), void *owner);

/*
 * Opens an end, as the access mode of `flags` says; `mode` is the file's. Where the other end has
 * to be opened first the thread waits: what is returned then is greater than 0, and the call's
 * result. Else 0, -ENXIO or -ENOMEM.
 */
int fifo_open(struct file **file, struct fifo *fifo, uint32_t mode, unsigned flags);

/* Its name goes, and nobody has an end open. */
void fifo_free(struct fifo *fifo);

#endif
