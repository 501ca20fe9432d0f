/* SPDX-License-Identifier: MIT */
/* Pipes, with a name and without. A read or write that would wait returns -EAGAIN. */
#ifndef PIPE_H
#define PIPE_H

#include "file.h"

/*
 * Makes the two ends of a pipe, with one reference each. `flags` are those of
 * F_GETFL but the access mode. Returns 0 or -ENOMEM.
 */
int pipe_make(struct file **read_end, struct file **write_end, unsigned flags);

/* F_GETPIPE_SZ: how many bytes the pipe of an end holds; -EBADF: it is no such file. */
int64_t pipe_size(const struct file *file);

/* F_SETPIPE_SZ: pipe_ring_resize(), or -EBADF. */
int64_t pipe_resize(struct file *file, uint32_t bytes);
/*
 * One that has a name: fifo(7). Its ends are opened one by one, or with O_RDWR both at once. `left`
 * is called with `owner` when one was closed.
 */
struct pipe;
struct pipe *pipe_new(void (*left)(void *owner), void *owner);
void pipe_free(struct pipe *pipe);

/* Opens an end, as the access mode of `flags` says. Returns 0 or -ENOMEM. */
int pipe_open(struct file **end, struct pipe *pipe, uint32_t mode, unsigned flags);

/* Is the file an end whose open isn't to end before there is, or was, another of the other kind? */
bool pipe_awaits_other(const struct file *file);

/* How many ends are open to read. */
unsigned pipe_readers(const struct pipe *pipe);

#endif
