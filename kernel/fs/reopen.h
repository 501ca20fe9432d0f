/* SPDX-License-Identifier: MIT */
/* The program's own fds, opened by name: /dev/fd, /dev/stdin, /proc/self/fd. */
#ifndef REOPEN_H
#define REOPEN_H

#include "file.h"

/*
 * Opens what is open as the fd `number`, decimal digits as a link has them,
 * with flags of open(2). Sets *file and returns 0, or a negative errno.
 */
int reopen_fd(struct file **file, const char *number, unsigned flags);

#endif
