/* SPDX-License-Identifier: MIT */
/* Names that a program gives, and opening by them: what there is, and what a program may have of
 * it. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../host/hypercall.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "../x86/direct_map.h"
#include "device.h"
#include "fdtable.h"
#include "open.h"

#define WRITES(flags) (((flags)&O_ACCMODE) != O_RDONLY || (flags) & (O_CREAT | O_TRUNC))

/* Nothing here can be executed: there is no execve(). */
#define MODE_FILE      (S_IFREG | S_IRUSR | S_IRGRP | S_IROTH)
#define MODE_DIRECTORY (S_IFDIR | 0555)
#define MODE_DEVICE    (S_IFCHR | 0666)

int path_from_user(const struct path **result, uint64_t dirfd, uint64_t user)
{
	static char text[PATH_MAX];
	static struct path path;
	int64_t length = string_from_user(text, user, sizeof(text));
	const struct file *directory;
	const char *base = NULL;

	if (length <= 0)
		return length < 0 ? length : -ENOENT;
	if ((int)dirfd != AT_FDCWD && text[0] != '/') {
		directory = fd_file(dirfd);
		if (!directory)
			return -EBADF;
		if (!directory->path)
			return -ENOTDIR;
		base = directory->path;
	}
	*result = &path;
	return path_make(&path, base, text);
}

/* FNV-1a: the same file has the same number by each of its names that are alike when resolved. */
static uint64_t hash(const char *text)
{
	uint64_t value = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		value = (value ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return value;
}

/* A directory: the host opens none, but says so. */
static int open_directory(struct file *file, const struct path *path)
{
	size_t bytes = strlen(path->absolute) + 1;
	uint64_t frame;

	if (bytes > PATH_MAX)
		return -ENAMETOOLONG;
	frame = frame_alloc();
	if (!frame)
		return -ENOMEM;
	file->mode = MODE_DIRECTORY;
	file->path = phys_to_virt(frame);
	memcpy(file->path, path->absolute, bytes);
	return 0;
}

static int open_plain(struct file *file, const struct path *path, const char *name, unsigned flags)
{
	int host = hypercall_open(name);

	if (host == -EISDIR)
		return WRITES(flags) ? -EISDIR : open_directory(file, path);
	if (host == -ENOENT && flags & O_CREAT)
		return -EROFS;
	if (host < 0)
		return host;
	file_take_host(file, host);
	file->own_offset = S_ISREG(file->mode);
	if (flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	/* A device that keeps nothing may be written to. The host's terminal is open for reading.
	 */
	if (WRITES(flags) && (!file->rdev || file->rdev == DEVICE_TTY))
		return -EROFS;
	return flags & O_DIRECTORY ? -ENOTDIR : 0;
}

/*
 * The program's own file by the name of its fd. Linux opens the file anew, and
 * so does this where it can: to read a regular file. Others share what there is.
 */
static int open_fd(struct file **file, uint32_t fd, unsigned keep, unsigned flags)
{
	struct file *there = fd_file(fd);

	if (!there)
		return -ENOENT;
	if (S_ISREG(there->mode) && !WRITES(flags))
		return file_reopen(file, there, keep);
	file_get(there);
	*file = there;
	return 0;
}

int file_open(struct file **opened, const struct path *path, unsigned keep, unsigned flags)
{
	uint32_t number = 0;
	enum name_kind kind = device_classify(path, &number);
	const char *name = kind == NAME_SELF ? process_path() : path->host;
	struct file *file;
	int error;

	if (kind == NAME_FD)
		return open_fd(opened, number, keep, flags);
	if (kind == NAME_ABSENT)
		return flags & O_CREAT ? -EROFS : -ENOENT;
	file = file_new(kind == NAME_DEVICE ? MODE_DEVICE : MODE_FILE, keep, -1);
	if (!file)
		return -ENOMEM;
	file->rdev = number;
	file->ino = hash(kind == NAME_SELF ? name : path->absolute);
	error = open_plain(file, path, name, flags);
	if (error) {
		file_put(file);
		return error;
	}
	*opened = file;
	return 0;
}
