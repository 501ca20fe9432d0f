/* SPDX-License-Identifier: MIT */
/* The host's files and directories, opened by name. */
#include "hostfs.h"

#include <linux/stat.h>

#include "../host/hypercall.h"
#include "../layout.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../x86/direct_map.h"
#include "hostfile.h"

/* Nothing here can be executed: there is no execve(). */
#define MODE_FILE      (S_IFREG | S_IRUSR | S_IRGRP | S_IROTH)
#define MODE_DIRECTORY (S_IFDIR | 0555)

/* A directory has no fd of the host. It keeps its path, in a page frame of its own. */

static int64_t directory_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	(void)file, (void)buffer, (void)bytes;
	return -EISDIR;
}

static int64_t directory_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes,
				     int64_t offset, bool to_user)
{
	(void)file, (void)buffer, (void)bytes, (void)offset, (void)to_user;
	return -EISDIR;
}

static int64_t directory_seek(struct file *file, int64_t offset, unsigned whence)
{
	(void)file, (void)offset, (void)whence;
	return 0;
}

static int64_t directory_size(struct file *file)
{
	(void)file;
	return PAGE_SIZE;
}

static void directory_release(struct file *file)
{
	frame_put(virt_to_phys(file->path));
	kfree(file);
}

static const struct file_ops directory_ops = {
	.read = directory_read,
	.transfer_at = directory_transfer_at,
	.seek = directory_seek,
	.size = directory_size,
	.release = directory_release,
};

static int open_directory(struct file **opened, const char *absolute, unsigned flags)
{
	size_t bytes = strlen(absolute) + 1;
	struct file *file;
	uint64_t frame;

	if (OPEN_WRITES(flags))
		return -EISDIR;
	if (bytes > PATH_MAX)
		return -ENAMETOOLONG;
	file = kmalloc(sizeof(*file));
	frame = file ? frame_alloc() : 0;
	if (!frame) {
		kfree(file);
		return -ENOMEM;
	}
	file_init(file, &directory_ops, MODE_DIRECTORY, OPEN_KEPT(flags));
	file->path = phys_to_virt(frame);
	memcpy(file->path, absolute, bytes);
	*opened = file;
	return 0;
}

/* May an existing file be opened with these flags? 0 or an errno. */
static int check_open(const struct file_ops *ops, unsigned flags)
{
	if (flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	/* O_CREAT alone changes nothing of what is there. */
	if (OPEN_WRITES(flags & ~O_CREAT) && !ops->write)
		return -EROFS;
	return flags & O_DIRECTORY ? -ENOTDIR : 0;
}

/* Returns an fd of the host. The host opens directories, too: -EISDIR. */
static int open_file(const char *name, uint32_t mode)
{
	int host = hypercall_open(name);

	if (host < 0 || !S_ISREG(mode) || hypercall_read(host, 0, 0) != -EISDIR)
		return host;
	hypercall_close(host);
	return -EISDIR;
}

int hostfs_open_as(struct file **opened, const char *name, const struct file_ops *ops,
		   uint32_t mode, unsigned flags)
{
	int host = open_file(name, mode);
	struct file *file = NULL;
	int error;

	if (host < 0)
		return host == -ENOENT ? open_absent(flags) : host;
	error = check_open(ops, flags);
	if (!error)
		file = hostfile_new(ops, mode, OPEN_KEPT(flags), host);
	if (!file) {
		hypercall_close(host);
		return error ? error : -ENOMEM;
	}
	*opened = file;
	return 0;
}

int hostfs_open(struct file **opened, const char *name, const char *absolute, unsigned flags)
{
	int error = hostfs_open_as(opened, name, &hostfile_regular_ops, MODE_FILE, flags);

	if (error == -EISDIR)
		error = open_directory(opened, absolute, flags);
	if (!error)
		(*opened)->ino = file_ino(absolute);
	return error;
}

static int open_path(struct file **file, const struct path *path, const char *rest, unsigned flags)
{
	(void)rest;
	return hostfs_open(file, path->host, path->absolute, flags);
}

const struct fs_type hostfs = {.open = open_path};
