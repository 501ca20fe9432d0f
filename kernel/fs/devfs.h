/* SPDX-License-Identifier: MIT */
/*
 * /dev: a few harmless devices, and links to the program's own fds. The host's other
 * devices aren't passed through.
 */
#ifndef DEVFS_H
#define DEVFS_H

#include "mount.h"

extern const struct fs_type devfs;

/* The absolute path of the device with this number, major << 8 | minor; NULL: it isn't here. */
const char *devfs_name(uint32_t rdev);

#endif
