/* SPDX-License-Identifier: MIT */
/* Pipes that the program makes. A read or write that would wait returns -EAGAIN. */
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

#endif
