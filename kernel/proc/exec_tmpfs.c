/* SPDX-License-Identifier: MIT */
/* Files that are executed, where they lie in a tmpfs. */
#include "exec_tmpfs.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../fs/context.h"
#include "../fs/lookup.h"
#include "../fs/tmpfs.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/pagecache.h"
#include "../x86/direct_map.h"

/* For as long as a path is looked at. */
static struct path path;

int exec_tmpfs_open(struct exec_file *file, const char **host_path)
{
	static char found[PATH_MAX];
	int error = fs_path(&path, *host_path);

	if (!error)
		error = file_open(&file->opened, &path, O_RDONLY | O_NONBLOCK, 0);
	if (error)
		return error;
	if (tmpfs_node_of(file->opened) && S_ISREG(file->opened->mode))
		return 0;
	error = S_ISDIR(file->opened->mode) ? -EISDIR
		: S_ISREG(file->opened->mode) && file->opened->ops->map && file->opened->resolved
			? 0
			: -EACCES;
	if (!error)
		*host_path = memcpy(found, file->opened->path, strlen(file->opened->path) + 1);
	file_put(file->opened);
	file->opened = NULL;
	return error;
}

bool exec_tmpfs_has(const char *host_path)
{
	const char *rest;

	return fs_path(&path, host_path) == 0 && mount_find(path.absolute, &rest) != mount_root();
}

int exec_tmpfs_read(struct exec_file *file, uint64_t offset, paddr_t pa, uint64_t bytes)
{
	uint64_t size = file->cache->size;
	uint64_t left = offset < size ? min(bytes, size - offset) : 0;

	bytes -= left;
	while (left) {
		uint64_t page = offset / PAGE_SIZE;
		uint64_t piece = min(left, PAGE_SIZE - offset % PAGE_SIZE);
		int error;
		const paddr_t *frames = cache_around(file->cache, page, &error);

		if (!frames)
			return error;
		memcpy(phys_to_virt(pa),
		       phys_to_virt(frames[page % CACHE_AROUND] + offset % PAGE_SIZE), piece);
		pa += piece;
		offset += piece;
		left -= piece;
	}
	return bytes ? -ENODATA : 0;
}
