/* SPDX-License-Identifier: MIT */
/* File descriptors. */
#include "fdtable.h"

#include <asm/errno.h>

#include "../lib/math.h"

struct fdtable *current_files;

void fdtable_init(struct fdtable *table)
{
	table->refs = 1;
	table->limit = FD_COUNT;
}

void fd_set_limit(uint64_t limit)
{
	current_files->limit = min(limit, FD_COUNT);
}

bool fd_allowed(uint64_t fd)
{
	return (uint32_t)fd < current_files->limit;
}

int fd_install(struct file *file, uint64_t from, bool cloexec)
{
	struct fdtable *table = current_files;

	for (uint64_t fd = from; fd < table->limit; fd++) {
		if (!table->files[fd]) {
			table->files[fd] = file;
			table->cloexec[fd] = cloexec;
			return fd;
		}
	}
	file_put(file);
	return -EMFILE;
}

void fd_replace(uint32_t fd, struct file *file, bool cloexec)
{
	struct file *old = current_files->files[fd];

	current_files->files[fd] = file;
	current_files->cloexec[fd] = cloexec;
	if (old)
		file_put(old);
}

int fd_close(uint64_t fd)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	current_files->files[(uint32_t)fd] = NULL;
	file_put(file);
	return 0;
}

bool fd_cloexec(uint64_t fd)
{
	return current_files->cloexec[(uint32_t)fd];
}

void fd_set_cloexec(uint64_t fd, bool cloexec)
{
	current_files->cloexec[(uint32_t)fd] = cloexec;
}
