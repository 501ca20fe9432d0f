/* SPDX-License-Identifier: MIT */
/* Names of a tmpfs, for its own files: see tmpfs_node.h. */
#ifndef TMPFS_NAMES_H
#define TMPFS_NAMES_H

#include "mount.h"
#include "tmpfs_node.h"

/* Positions in a directory: "." and "..", and what follows. */
#define TMPFS_FIRST_POSITION 3

/*
 * Takes room for a node, or for a further name of one, which counts as much. False: there is none
 * left.
 */
bool tmpfs_take_node(void);
void tmpfs_give_node(void);

/* The root of a mount. Returns 0, -ENOSPC or -ENOMEM. */
int tmpfs_root(const struct mount *mount, struct tmpfs_node **root);

#endif
