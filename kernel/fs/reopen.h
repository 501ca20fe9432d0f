/* SPDX-License-Identifier: MIT */
/* The program's own fds, opened by name: /proc/self/fd. */
#ifndef REOPEN_H
#define REOPEN_H

#include "../lib/text.h"
#include "file.h"

/*
 * Opens the file of an fd, with flags of open(2). Sets *file, with one reference,
 * and returns 0; or a negative errno.
 */
int reopen_fd(struct file **file, uint32_t fd, unsigned flags);

/* stat(2) of the file of an fd: 0 or a negative errno. */
int reopen_stat(uint32_t fd, struct hc_stat_result *st);

/* Puts what the link /proc/self/fd/N shows; nothing, if there is no such fd. */
void reopen_show(struct text *text, uint32_t fd);

/*
 * Opens the controlling terminal for writing, too, which the host doesn't: shares
 * it with the first of fds 0 to 2 that is open so. -EROFS: none of them is.
 */
int reopen_terminal(struct file **file);

#endif
