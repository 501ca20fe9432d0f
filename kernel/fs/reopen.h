/* SPDX-License-Identifier: MIT */
/* Files that a process has open, opened by name: /proc/PID/fd. */
#ifndef REOPEN_H
#define REOPEN_H

#include "../lib/text.h"
#include "file.h"

/*
 * Opens a file that is open, with flags of open(2). Sets *file, with one reference,
 * and returns 0; or a negative errno.
 */
int reopen_file(struct file **file, struct file *there, unsigned flags);

/* Puts what its link in /proc/PID/fd shows. */
void reopen_show(struct text *text, struct file *there);

#endif
