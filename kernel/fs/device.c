/* SPDX-License-Identifier: MIT */
/* The few names of /dev, /proc and /sys that a program is given. */
#include "device.h"

#include <asm/errno.h>
#include <stddef.h>

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

/* The number that a text is, below 1000, or -1. */
static int parse_fd(const char *text)
{
	int number = 0;
	size_t length = strlen(text);

	if (length == 0 || length > 3)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		number = number * 10 + *text - '0';
	}
	return number;
}

enum name_kind device_classify(const struct path *path, uint32_t *number)
{
	static const char *const fd_directories[] = {"/dev/fd/", "/proc/self/fd/"};

	if (!path_is_below(path, "/dev") && !path_is_below(path, "/proc") &&
	    !path_is_below(path, "/sys"))
		return NAME_PLAIN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(path->absolute, names[i].name) == 0) {
			*number = names[i].number;
			return names[i].kind;
		}
	}
	for (size_t i = 0; i < sizeof(fd_directories) / sizeof(fd_directories[0]); i++) {
		size_t length = strlen(fd_directories[i]);
		int fd;

		if (memcmp(path->absolute, fd_directories[i], length) != 0)
			continue;
		fd = parse_fd(path->absolute + length);
		if (fd >= 0) {
			*number = fd;
			return NAME_FD;
		}
	}
	return NAME_ABSENT;
}

bool device_is_data(const struct file *file)
{
	return file->rdev && file->rdev != DEVICE_TTY;
}

int64_t device_write(const struct file *file, uint64_t bytes)
{
	return file->rdev == DEVICE_FULL && bytes ? -ENOSPC : (int64_t)min(bytes, TRANSFER_MAX);
}
