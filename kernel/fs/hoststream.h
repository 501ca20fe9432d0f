/* SPDX-License-Identifier: MIT */
/* Files of the host's that the program starts with, and whose data come when they come. */
#ifndef HOSTSTREAM_H
#define HOSTSTREAM_H

#include "file.h"

extern const struct file_ops hoststream_ops; /* a pipe or a socket */
extern const struct file_ops hoststream_terminal_ops;
extern const struct file_ops hoststream_device_ops; /* another device: it never waits */

#endif
