/* SPDX-License-Identifier: MIT */
/* Pipes of the program to itself. A call that would have to wait is -EAGAIN. */
#ifndef PIPE_H
#define PIPE_H

#include "file.h"

/* Makes the two ends of a pipe, with one reference each. Returns 0 or -ENOMEM. */
int pipe_make(struct file **read_end, struct file **write_end, unsigned flags);

/* As file_read() and file_write(). -EPIPE: nobody reads. */
int64_t pipe_read(struct file *file, uint64_t buffer, uint64_t bytes);
int64_t pipe_write(struct file *file, uint64_t buffer, uint64_t bytes);

/* Bytes that wait to be read. */
unsigned pipe_bytes(const struct file *file);

/* What poll(2) says of an end. */
unsigned pipe_poll(const struct file *file);

/* An end loses its last reference. */
void pipe_close(const struct file *file);

#endif
