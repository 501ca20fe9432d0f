/* SPDX-License-Identifier: MIT */
/* eventfd(2). */
#ifndef EVENTFD_H
#define EVENTFD_H

#include "file.h"

/*
 * Makes a file that is a counter, with one reference. `semaphore`: a read takes 1 of it, not all.
 * `flags` are those of F_GETFL. Returns 0 or -ENOMEM.
 */
int eventfd_make(struct file **made, unsigned count, bool semaphore, unsigned flags);

#endif
