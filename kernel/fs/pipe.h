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

#endif
