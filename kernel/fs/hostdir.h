/* SPDX-License-Identifier: MIT */
/* Directories of the host, open to be listed. */
#ifndef HOSTDIR_H
#define HOSTDIR_H

#include "file.h"

/* For hostfile_new(). The directory's offset is that of the host's fd. */
extern const struct file_ops hostdir_ops;

#endif
