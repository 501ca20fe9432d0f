/* SPDX-License-Identifier: MIT */
/*
 * /dev: a few harmless devices, and the program's own fds. The host's other
 * devices aren't passed through.
 */
#ifndef DEVFS_H
#define DEVFS_H

#include "mount.h"

extern const struct fs_type devfs;

#endif
