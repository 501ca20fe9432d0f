/* SPDX-License-Identifier: MIT */
/* Open files and directories of a tree. */
#ifndef TREE_FILE_H
#define TREE_FILE_H

#include "tree.h"

/* A new file of a node that is a file or a directory, for tree.c. Returns 0 or a negative errno. */
int tree_file_new(struct file **file, const struct tree_at *at, unsigned flags);

#endif
