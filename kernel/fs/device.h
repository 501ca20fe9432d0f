/* SPDX-License-Identifier: MIT */
/*
 * The few names of /dev, /proc and /sys that a program is given. Those of the
 * host are not passed through: they tell of the hypervisor, not of the program.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "file.h"

/* Documentation/admin-guide/devices.txt: major << 8 | minor. */
#define DEVICE_NULL    0x103
#define DEVICE_ZERO    0x105
#define DEVICE_FULL    0x107
#define DEVICE_RANDOM  0x108
#define DEVICE_URANDOM 0x109
#define DEVICE_TTY     0x500

/* What a name stands for. */
enum name_kind {
	NAME_PLAIN,  /* the host knows */
	NAME_ABSENT, /* -ENOENT */
	NAME_DEVICE, /* a harmless device of the host; *number is its rdev */
	NAME_FD,     /* the program's own fd *number: /dev/stdin and its like */
	NAME_SELF,   /* the program's file: /proc/self/exe */
};

enum name_kind device_classify(const struct path *path, uint32_t *number);

/* write(2) to a device, which takes no host: none of them keeps anything. */
int64_t device_write(const struct file *file, uint64_t bytes);

#endif
