/* SPDX-License-Identifier: MIT */
/* signalfd(2). */
#ifndef SIGNALFD_H
#define SIGNALFD_H

#include "../fs/file.h"

/*
 * Makes a file from which the signals of `set` are read, with one reference. `flags` are those of
 * F_GETFL. Returns 0 or -ENOMEM.
 */
int signalfd_make(struct file **made, uint64_t set, unsigned flags);

/* Changes which they are. Returns 0, or -EINVAL: it is no such file. */
int signalfd_change(struct file *file, uint64_t set);

#endif
