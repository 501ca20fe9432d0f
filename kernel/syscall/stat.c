/* SPDX-License-Identifier: MIT */
/* System calls that tell of a file: stat and its kin, access, statfs. */
#include "stat.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/stat.h>

#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../mm/uaccess.h"
#include "syscall.h"

#define R_OK 4
#define W_OK 2
#define X_OK 1

#define STAT_FLAGS (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_SYNC_TYPE)

/* Bits of f_flags, which no header for user space has: statfs(2). */
#define ST_RDONLY   0x0001
#define ST_NOSUID   0x0002
#define ST_NODEV    0x0004
#define ST_VALID    0x0020
#define ST_RELATIME 0x1000

/* The size of the host's file system isn't known here. No block of it is free. */
#define HOST_BLOCKS (UINT64_C(1) << 28)

static int stat_fd(int fd, struct hc_stat_result *st)
{
	struct file *file = fd_file(fd);

	return file ? file_stat(file, st) : -EBADF;
}

int stat_at(int dirfd, uaddr_t name, unsigned flags, struct hc_stat_result *st)
{
	const struct path *path;
	int error = path_or_fd_from_user(&path, dirfd, name, flags);

	if (error)
		return error < 0 ? error : stat_fd(dirfd, st);
	return path_stat(path, !(flags & AT_SYMLINK_NOFOLLOW), st);
}

/* st_dev and st_rdev: makedev(3), as far as both numbers fit 32 bits. */
static uint64_t device_number(uint64_t dev)
{
	uint64_t major = dev >> 32;
	uint64_t minor = (uint32_t)dev;

	return (minor & 0xff) | major << 8 | (minor & ~UINT64_C(0xff)) << 12;
}

static int put_stat(uaddr_t to, const struct hc_stat_result *from)
{
	const struct stat st = {
		.st_dev = device_number(from->dev),
		.st_ino = from->ino,
		.st_nlink = from->nlink,
		.st_mode = from->mode,
		.st_uid = from->uid,
		.st_gid = from->gid,
		.st_rdev = device_number(from->rdev),
		.st_size = from->size,
		.st_blksize = from->blksize,
		.st_blocks = from->blocks,
		.st_atime = from->atime.seconds,
		.st_atime_nsec = from->atime.nanoseconds,
		.st_mtime = from->mtime.seconds,
		.st_mtime_nsec = from->mtime.nanoseconds,
		.st_ctime = from->ctime.seconds,
		.st_ctime_nsec = from->ctime.nanoseconds,
	};

	return copy_to_user(to, &st, sizeof(st));
}

int64_t sys_newfstatat(int dirfd, uaddr_t name, uaddr_t to, unsigned flags)
{
	struct hc_stat_result st;
	int error;

	if (flags & ~STAT_FLAGS)
		return -EINVAL;
	error = stat_at(dirfd, name, flags, &st);
	return error ? error : put_stat(to, &st);
}

int64_t sys_stat(uaddr_t name, uaddr_t to)
{
	return sys_newfstatat(AT_FDCWD, name, to, 0);
}

int64_t sys_lstat(uaddr_t name, uaddr_t to)
{
	return sys_newfstatat(AT_FDCWD, name, to, AT_SYMLINK_NOFOLLOW);
}

int64_t sys_fstat(int fd, uaddr_t to)
{
	struct hc_stat_result st;
	int error = stat_fd(fd, &st);

	return error ? error : put_stat(to, &st);
}

static struct statx_timestamp timestamp(const struct hc_time *time)
{
	return (struct statx_timestamp){.tv_sec = time->seconds, .tv_nsec = time->nanoseconds};
}

static int put_statx(uaddr_t to, const struct hc_stat_result *from)
{
	const struct statx st = {
		/* Whatever the program has asked for. */
		.stx_mask = STATX_BASIC_STATS | (from->btime.seconds ? STATX_BTIME : 0),
		.stx_blksize = from->blksize,
		.stx_nlink = from->nlink,
		.stx_uid = from->uid,
		.stx_gid = from->gid,
		.stx_mode = from->mode,
		.stx_ino = from->ino,
		.stx_size = from->size,
		.stx_blocks = from->blocks,
		.stx_atime = timestamp(&from->atime),
		.stx_btime = timestamp(&from->btime),
		.stx_ctime = timestamp(&from->ctime),
		.stx_mtime = timestamp(&from->mtime),
		.stx_rdev_major = from->rdev >> 32,
		.stx_rdev_minor = from->rdev,
		.stx_dev_major = from->dev >> 32,
		.stx_dev_minor = from->dev,
	};

	return copy_to_user(to, &st, sizeof(st));
}

int64_t sys_statx(int dirfd, uaddr_t name, unsigned flags, unsigned mask, uaddr_t to)
{
	struct hc_stat_result st;
	int error;

	if (mask & STATX__RESERVED || flags & ~STAT_FLAGS ||
	    (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	error = stat_at(dirfd, name, flags, &st);
	return error ? error : put_statx(to, &st);
}

static bool is_read_only(uint64_t dev)
{
	return dev != DEV_MEMFD && mount_of_device(dev) == mount_root();
}

/* access(2) for root: only executing needs a mode bit, and writing a file system that isn't
 * read-only. */
static int check_access(const struct hc_stat_result *st, unsigned mode)
{
	bool data = S_ISREG(st->mode) || S_ISDIR(st->mode) || S_ISLNK(st->mode);

	if (mode & W_OK && data && is_read_only(st->dev))
		return -EROFS;
	return mode & X_OK && !S_ISDIR(st->mode) && !(st->mode & 0111) ? -EACCES : 0;
}

int64_t sys_faccessat2(int dirfd, uaddr_t name, unsigned mode, unsigned flags)
{
	struct hc_stat_result st;
	int error;

	if (mode & ~(R_OK | W_OK | X_OK) ||
	    flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	error = stat_at(dirfd, name, flags, &st);
	return error ? error : check_access(&st, mode);
}

int64_t sys_faccessat(int dirfd, uaddr_t name, unsigned mode)
{
	return sys_faccessat2(dirfd, name, mode, 0);
}

int64_t sys_access(uaddr_t name, unsigned mode)
{
	return sys_faccessat2(AT_FDCWD, name, mode, 0);
}

/* Of the file system that a file lies in. */
static int put_statfs(uaddr_t to, const struct hc_stat_result *of)
{
	const struct fs_type *type = mount_of_device(of->dev);
	struct fs_room room;
	struct statfs fs = {
		.f_type = type->magic,
		.f_bsize = FILE_BLOCK,
		.f_frsize = FILE_BLOCK,
		.f_namelen = NAME_MAX,
		.f_flags = ST_VALID | ST_RELATIME,
	};

	if (of->dev == DEV_PIPE) {
		fs.f_type = PIPEFS_MAGIC;
	} else if (of->dev == DEV_MEMFD) {
		fs.f_type = TMPFS_MAGIC;
	} else if (type->changes) {
		type->changes->room(&room);
		fs.f_blocks = room.blocks;
		fs.f_bfree = fs.f_bavail = room.blocks_free;
		fs.f_files = room.files;
		fs.f_ffree = room.files_free;
	} else if (of->dev == DEV_ANONYMOUS) {
		fs.f_type = ANON_INODE_FS_MAGIC;
	} else if (of->dev == DEV_SOCKET) {
		fs.f_type = SOCKFS_MAGIC;
	} else if (type == mount_root()) {
		fs.f_blocks = fs.f_files = HOST_BLOCKS;
		fs.f_flags |= ST_RDONLY | ST_NOSUID | ST_NODEV;
	}
	return copy_to_user(to, &fs, sizeof(fs));
}

int64_t sys_statfs(uaddr_t name, uaddr_t to)
{
	struct hc_stat_result st;
	int error = stat_at(AT_FDCWD, name, 0, &st);

	return error ? error : put_statfs(to, &st);
}

int64_t sys_fstatfs(int fd, uaddr_t to)
{
	struct hc_stat_result st;
	int error = stat_fd(fd, &st);

	return error ? error : put_statfs(to, &st);
}
