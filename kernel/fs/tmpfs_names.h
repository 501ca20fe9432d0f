/* SPDX-License-Identifier: MIT */
/* Names of a tmpfs, for its own files: see tmpfs_node.h. */
#ifndef TMPFS_NAMES_H
#define TMPFS_NAMES_H

#include "mount.h"
#include "tmpfs_node.h"

/* Positions in a directory: "." and "..", and what follows. */
#define TMPFS_FIRST_POSITION 3

/* Counts a node, or a further name of one, which takes as much. False: no more may be. */
bool tmpfs_take_node(void);
void tmpfs_give_node(void);

/* The root of a mount. Returns 0, -ENOSPC or -ENOMEM. */
int tmpfs_root(const struct mount *mount, struct tmpfs_node **root);

#endif
