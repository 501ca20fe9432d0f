/* SPDX-License-Identifier: MIT */
/* /proc: what a program may know of itself. */
#ifndef PROCFS_H
#define PROCFS_H

#include "../fs/mount.h"

extern const struct fs_type procfs;

#endif
