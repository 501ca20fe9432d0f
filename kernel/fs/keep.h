/* SPDX-License-Identifier: MIT */
/* Paths that are kept: each in memory of its own. */
#ifndef KEEP_H
#define KEEP_H

/* A copy of a path, that path_drop() frees; NULL: out of memory, or it is longer than PATH_MAX. */
char *path_keep(const char *path);

void path_drop(char *path);

#endif
