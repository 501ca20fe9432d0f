/* SPDX-License-Identifier: MIT */
/* Open files: what is the same for all kinds. */
#include "file.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "../abi.h"
#include "../host/hypercall.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "keep.h"
#include "lock.h"
#include "mount.h"

void file_init(struct file *file, const struct file_ops *ops, uint32_t mode, unsigned flags)
{
	static uint64_t last_ino = BOOT_FDS; /* those have theirs from hostfs.c */

	*file = (struct file){
		.ops = ops, .refs = 1, .flags = flags, .mode = mode, .ino = ++last_ino};
}

/* They share one st_ino, as on Linux. */
void file_init_anonymous(struct file *file, const struct file_ops *ops, unsigned flags)
{
	static uint64_t ino;

	file_init(file, ops, S_IRUSR | S_IWUSR, flags);
	if (!ino)
		ino = file->ino;
	file->ino = ino;
	file->dev = DEV_ANONYMOUS;
}

/* FNV-1a of the path. */
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t hash(uint64_t value, const char *text)
{
	for (; *text; text++)
		value = (value ^ (uint8_t)*text) * FNV_PRIME;
	return value;
}

uint64_t file_ino(const char *absolute)
{
	return hash(FNV_BASIS, absolute);
}

uint64_t file_ino_below(uint64_t directory, const char *name)
{
	return hash(hash(directory, "/"), name);
}

void file_get(struct file *file)
{
	file->refs++;
}

int file_set_path(struct file *file, const char *absolute)
{
	size_t bytes = strlen(absolute) + 1;

	if (bytes > PATH_MAX)
		return -ENAMETOOLONG;
	file->path = bytes <= FILE_SHORT_PATH ? memcpy(file->short_path, absolute, bytes)
					      : path_keep(absolute);
	return file->path ? 0 : -ENOMEM;
}

static void drop_path(struct file *file)
{
	if (file->path && file->path != file->short_path)
		path_drop(file->path);
	file->path = NULL;
}

int file_update_path(struct file *file)
{
	static char now[PATH_MAX];
	int length = file->path && file->ops->path ? file->ops->path(file, now) : 0;
	char *before = file->path;
	int error;

	if (length <= 0)
		return length;
	if (strcmp(now, before) == 0)
		return 0;
	error = file_set_path(file, now);
	if (error)
		file->path = before;
	else if (before != file->short_path)
		path_drop(before);
	return error;
}

void file_put(struct file *file)
{
	if (--file->refs)
		return;
	if (lock_count)
		lock_drop_owner(file);
	while (file->watchers)
		file->watchers->closed(file->watchers);
	drop_path(file);
	file->ops->release(file);
}

void file_watch(struct file *file, struct file_watcher *watcher)
{
	watcher->at = &file->watchers;
	watcher->next = file->watchers;
	if (watcher->next)
		watcher->next->at = &watcher->next;
	file->watchers = watcher;
}

void file_unwatch(struct file_watcher *watcher)
{
	*watcher->at = watcher->next;
	if (watcher->next)
		watcher->next->at = watcher->at;
}

__hot int file_check_access(const struct file *file, bool reading)
{
	unsigned mode = file->flags & O_ACCMODE;

	return mode == (reading ? O_WRONLY : O_RDONLY) || file->flags & O_PATH ? -EBADF : 0;
}

/* May data be moved between the file and this buffer? 0 or an errno. */
static __hot int check_transfer(const struct file *file, uaddr_t buffer, uint64_t bytes,
				bool to_user)
{
	int error = file_check_access(file, to_user);

	if (error)
		return error;
	return user_buffer(buffer, bytes) ? 0 : -EFAULT;
}

__hot int64_t file_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int error = check_transfer(file, buffer, bytes, true);

	if (error)
		return error;
	return file->ops->read ? file->ops->read(file, buffer, bytes) : -EINVAL;
}

__hot int64_t file_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int error = check_transfer(file, buffer, bytes, false);

	if (error)
		return error;
	return file->ops->write ? file->ops->write(file, buffer, bytes) : -EINVAL;
}

__hot int64_t file_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			       bool to_user)
{
	int error = check_transfer(file, buffer, bytes, to_user);

	if (error)
		return error;
	if (!file->ops->transfer_at)
		return -ESPIPE;
	return file->ops->transfer_at(file, buffer, bytes, offset, to_user);
}

unsigned file_poll(const struct file *file)
{
	return file->ops->poll ? file->ops->poll(file) : POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
}

int64_t file_seek(struct file *file, int64_t offset, unsigned whence)
{
	if (file->flags & O_PATH)
		return -EBADF;
	if (whence > (file->ops->holes ? SEEK_HOLE : SEEK_END))
		return -EINVAL;
	return file->ops->seek ? file->ops->seek(file, offset, whence) : -ESPIPE;
}

int64_t file_seek_blindly(struct file *file, int64_t *offset, unsigned *whence)
{
	if (*whence == SEEK_CUR) {
		if (*offset == 0)
			return file->offset;
		if (__builtin_add_overflow(file->offset, *offset, offset))
			return -EINVAL;
		*whence = SEEK_SET;
	}
	if (*whence == SEEK_SET && *offset >= 0 && *offset <= INT32_MAX)
		return file->offset = *offset;
	return -EAGAIN;
}

int64_t file_seek_nowhere(struct file *file, int64_t offset, unsigned whence)
{
	(void)file, (void)offset, (void)whence;
	return 0;
}

int64_t file_seek_sized(struct file *file, uint64_t size, int64_t offset, unsigned whence)
{
	int64_t base = whence == SEEK_CUR ? file->offset : whence == SEEK_END ? (int64_t)size : 0;

	if (__builtin_add_overflow(base, offset, &offset) || offset < 0)
		return -EINVAL;
	return file->offset = offset;
}

int64_t file_read_directory(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	(void)file, (void)buffer, (void)bytes;
	return -EISDIR;
}

int64_t file_transfer_directory(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
				bool to_user)
{
	(void)file, (void)buffer, (void)bytes, (void)offset, (void)to_user;
	return -EISDIR;
}

int64_t file_size(struct file *file)
{
	return file->ops->size ? file->ops->size(file) : 0;
}

int file_map(struct file *file, struct cache **cache)
{
	if (file->flags & O_PATH)
		return -EBADF;
	if ((file->flags & O_ACCMODE) == O_WRONLY)
		return -EACCES;
	return file->ops->map ? file->ops->map(file, cache) : -ENODEV;
}

int64_t file_regular_ioctl(struct file *file, unsigned request, uaddr_t argument)
{
	int64_t size, at;
	int left;

	if (request != FIONREAD)
		return -ENOTTY;
	size = file_size(file);
	at = size < 0 ? size : file_seek(file, 0, SEEK_CUR);
	if (at < 0)
		return at;
	left = size - at;
	return copy_to_user(argument, &left, sizeof(left));
}

int64_t file_getdents(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	if (file->flags & O_PATH)
		return -EBADF;
	if (!file->ops->getdents)
		return -ENOTDIR;
	return user_buffer(buffer, bytes) ? file->ops->getdents(file, buffer, bytes) : -EFAULT;
}

int file_stat(struct file *file, struct hc_stat_result *st)
{
	int error = file->ops->stat ? file->ops->stat(file, st) : -ENOSYS;
	int64_t size;

	if (error != -ENOSYS)
		return error;
	size = file_size(file);
	if (size < 0)
		return size;
	*st = (struct hc_stat_result){
		.dev = file->dev,
		.ino = file->ino,
		.mode = file->mode,
		.nlink = 1,
		.rdev = (uint64_t)(file->rdev >> 8) << 32 | (file->rdev & 0xff),
		.size = size,
		.blocks = (size + 511) / 512,
		.blksize = FILE_BLOCK,
	};
	return 0;
}
