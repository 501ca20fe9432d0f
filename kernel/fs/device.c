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

/* The number of an fd behind a directory of them, as its link has it there. */
static bool parse_fd(const char *text, uint32_t *number)
{
	uint32_t value = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || value > UINT32_MAX / 10 - 1)
			return false;
		value = value * 10 + *text - '0';
	}
	*number = value;
	return true;
}

/* Directories whose entries are the program's fds. */
static const char *const fd_directories[] = {"/dev/fd", "/proc/self/fd"};

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
	for (size_t i = 0; i < sizeof(fd_directories) / sizeof(fd_directories[0]); i++) {
		const char *rest = path->absolute + strlen(fd_directories[i]);

		if (path_is_below(path, fd_directories[i]) && *rest && parse_fd(rest + 1, number))
			return NAME_FD;
	}
	return NAME_ABSENT;
}

int64_t device_write(const struct file *file, uint64_t bytes)
{
	return file->rdev == DEVICE_FULL && bytes ? -ENOSPC : (int64_t)min(bytes, TRANSFER_MAX);
}
