/* SPDX-License-Identifier: MIT */
/* The program's own fds, opened by name: /dev/fd, /dev/stdin, /proc/self/fd. */
#ifndef REOPEN_H
#define REOPEN_H

#include "file.h"

/*
 * Opens the file of the fd `number`, a decimal without leading zeros, with flags
 * of open(2). Sets *file, with one reference, and returns 0; or a negative errno.
 */
int reopen_fd(struct file **file, const char *number, unsigned flags);

/* stat(2) of the file of the fd `number`: 0 or a negative errno. */
int reopen_stat(const char *number, struct hc_stat_result *st);

/* What the link /proc/self/fd/N shows; NULL: there is no such fd. Valid until the next call. */
const char *reopen_text(const char *number);

/*
 * Opens the controlling terminal for writing, too, which the host doesn't: shares
 * it with the first of fds 0 to 2 that is open so. -EROFS: none of them is.
 */
int reopen_terminal(struct file **file);

#endif
