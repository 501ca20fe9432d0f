/* SPDX-License-Identifier: MIT */
/* Files of the host's that the program starts with: their data may come when they come. */
#ifndef HOSTSTREAM_H
#define HOSTSTREAM_H

#include "file.h"

/* The file of any kind for an fd that the program starts with: see hostfile_first(). */
struct file *hoststream_first(int host, uint32_t mode, unsigned flags,
			      const struct boot_file *which);

#endif
