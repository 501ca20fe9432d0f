/* SPDX-License-Identifier: MIT */
/* File descriptors. */
#include "fdtable.h"

#include <asm/errno.h>
#include <linux/fcntl.h>

#include "../lib/math.h"
#include "../mm/frame.h"
#include "../x86/direct_map.h"

struct fdtable *current_files;

_Static_assert(sizeof(struct fdtable) <= FRAME_SIZE, "fdtable_copy");

/* A file loses an fd of the current process. */
static inline void drop(struct file *file)
{
	if (file->ops->flush)
		file->ops->flush(file);
	file_put(file);
}

void fdtable_init(struct fdtable *table)
{
	table->refs = 1;
	table->first = true;
	table->limit = FD_COUNT;
}

struct fdtable *fdtable_copy(const struct fdtable *table)
{
	paddr_t frame = frame_alloc();
	struct fdtable *copy = phys_to_virt(frame);

	if (!frame)
		return NULL;
	copy->refs = 1;
	copy->limit = table->limit;
	copy->end = table->end;
	for (uint32_t fd = 0; fd < table->end; fd++) {
		copy->files[fd] = table->files[fd];
		copy->cloexec[fd] = table->cloexec[fd];
		if (copy->files[fd])
			file_get(copy->files[fd]);
	}
	return copy;
}

void fdtable_get(struct fdtable *table)
{
	table->refs++;
}

void fdtable_put(struct fdtable *table)
{
	if (--table->refs)
		return;
	for (uint32_t fd = 0; fd < table->end; fd++)
		if (table->files[fd])
			drop(table->files[fd]);
	if (!table->first)
		frame_put(virt_to_phys(table));
}

void fdtable_close_on_exec(struct fdtable *table)
{
	for (uint32_t fd = 0; fd < table->end; fd++) {
		struct file *file = table->files[fd];

		if (!file || !table->cloexec[fd])
			continue;
		table->files[fd] = NULL;
		drop(file);
	}
}

void fdtable_set_limit(struct fdtable *table, uint64_t limit)
{
	table->limit = min(limit, FD_COUNT);
}

bool fd_allowed(uint64_t fd)
{
	return (uint32_t)fd < current_files->limit;
}

bool fd_is_free(void)
{
	const struct fdtable *table = current_files;

	for (uint32_t fd = 0; fd < table->limit; fd++)
		if (!table->files[fd])
			return true;
	return false;
}

struct file *fd_io_file(uint64_t fd)
{
	struct file *file = fd_file(fd);

	return file && !(file->flags & O_PATH) ? file : NULL;
}

int fd_install(struct file *file, uint64_t from, bool cloexec)
{
	struct fdtable *table = current_files;

	for (uint64_t fd = from; fd < table->limit; fd++) {
		if (!table->files[fd]) {
			table->files[fd] = file;
			table->cloexec[fd] = cloexec;
			table->end = max(table->end, fd + 1);
			return fd;
		}
	}
	file_put(file);
	return -EMFILE;
}

bool fd_is_left(void)
{
	uint32_t fd = 0;

	while (fd < current_files->limit && current_files->files[fd])
		fd++;
	return fd < current_files->limit;
}

void fd_replace(uint32_t fd, struct file *file, bool cloexec)
{
	struct file *old = current_files->files[fd];

	current_files->files[fd] = file;
	current_files->cloexec[fd] = cloexec;
	current_files->end = max(current_files->end, fd + 1);
	if (old)
		drop(old);
}

int fd_close(uint64_t fd)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	current_files->files[(uint32_t)fd] = NULL;
	drop(file);
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
