/* SPDX-License-Identifier: MIT */
/* /sys: which CPUs there are. */
#ifndef SYSFS_H
#define SYSFS_H

#include "mount.h"

extern const struct fs_type sysfs;

#endif
