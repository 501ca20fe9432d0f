/* SPDX-License-Identifier: MIT */
/* The few names of /dev, /proc and /sys that a program is given. */
#include "device.h"

#include <asm/errno.h>

#include "../lib/math.h"
#include "../lib/string.h"

static const struct {
	const char *name;
	enum name_kind kind;
	uint32_t number;
} names[] = {
	{"/dev/null", NAME_DEVICE, DEVICE_NULL},
	{"/dev/zero", NAME_DEVICE, DEVICE_ZERO},
	{"/dev/full", NAME_DEVICE, DEVICE_FULL},
	{"/dev/random", NAME_DEVICE, DEVICE_RANDOM},
	{"/dev/urandom", NAME_DEVICE, DEVICE_URANDOM},
	{"/dev/tty", NAME_DEVICE, DEVICE_TTY},
	{"/dev/stdin", NAME_FD, 0},
	{"/dev/stdout", NAME_FD, 1},
	{"/dev/stderr", NAME_FD, 2},
	{"/proc/self/exe", NAME_SELF, 0},
};

enum name_kind device_classify(const struct path *path, uint32_t *number)
{
	if (!path_is_below(path, "/dev") && !path_is_below(path, "/proc") &&
	    !path_is_below(path, "/sys"))
		return NAME_PLAIN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(path->absolute, names[i].name) == 0) {
			*number = names[i].number;
			return names[i].kind;
		}
	}
	return NAME_ABSENT;
}

int64_t device_write(const struct file *file, uint64_t bytes)
{
	return file->rdev == DEVICE_FULL && bytes ? -ENOSPC : (int64_t)min(bytes, TRANSFER_MAX);
}
