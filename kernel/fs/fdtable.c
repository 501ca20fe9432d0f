/* SPDX-License-Identifier: MIT */
/* The program's file descriptors. */
#include "fdtable.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../lib/hot.h"
#include "../lib/math.h"

static struct {
	struct file *file; /* NULL: free */
	bool cloexec;
} fds[FD_COUNT];

static uint64_t limit = FD_COUNT;

void fd_set_limit(uint64_t wanted)
{
	limit = min(wanted, FD_COUNT);
}

bool fd_allowed(uint64_t fd)
{
	return (uint32_t)fd < limit;
}

__hot struct file *fd_file(uint64_t fd)
{
	uint32_t index = fd;

	return index < FD_COUNT ? fds[index].file : NULL;
}

int fd_install(struct file *file, uint64_t from, bool cloexec)
{
	int error = from < limit ? -EMFILE : -EINVAL;

	for (uint64_t fd = from; fd < limit; fd++) {
		if (!fds[fd].file) {
			fds[fd].file = file;
			fds[fd].cloexec = cloexec;
			return fd;
		}
	}
	file_put(file);
	return error;
}

void fd_replace(uint32_t fd, struct file *file, bool cloexec)
{
	struct file *old = fds[fd].file;

	fds[fd].file = file;
	fds[fd].cloexec = cloexec;
	if (old)
		file_put(old);
}

int fd_close(uint64_t fd)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	fds[(uint32_t)fd].file = NULL;
	file_put(file);
	return 0;
}

bool fd_cloexec(uint64_t fd)
{
	return fds[(uint32_t)fd].cloexec;
}

void fd_set_cloexec(uint64_t fd, bool cloexec)
{
	fds[(uint32_t)fd].cloexec = cloexec;
}
