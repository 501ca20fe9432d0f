/* SPDX-License-Identifier: MIT */
/* System calls that change what stat(2) tells of a file. */
#include <asm/errno.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/utime.h>

#include "../fs/change.h"
#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../host/clock.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/signal.h"
#include "stat.h"
#include "syscall.h"

#define UTIME_NOW  0x3fffffff /* utimensat(2) */
#define UTIME_OMIT 0x3ffffffe

#define MODE_BITS 07777 /* that chmod(2) changes */

/* What an fd is, which may be only named (O_PATH), to be changed. */
static int set_fd(int fd, const struct attributes *set)
{
	struct file *file = fd_file(fd);

	return file ? file_set(file, set) : -EBADF;
}

int64_t set_at(int dirfd, uaddr_t name, unsigned flags, const struct attributes *set)
{
	const struct path *path;
	int error = path_or_fd_from_user(&path, dirfd, name, flags);

	if (error)
		return error < 0 ? error : set_fd(dirfd, set);
	return path_set(path, !(flags & AT_SYMLINK_NOFOLLOW), set);
}

/* What an open fd is, to be changed. */
static int64_t set_open(int fd, const struct attributes *set)
{
	const struct file *file = fd_file(fd);

	return file && !(file->flags & O_PATH) ? set_fd(fd, set) : -EBADF;
}

static struct attributes new_mode(unsigned mode)
{
	return (struct attributes){.set = SET_MODE, .mode = mode & MODE_BITS};
}

static struct attributes new_owner(unsigned user, unsigned group)
{
	return (struct attributes){.set = SET_OWNER, .uid = user, .gid = group};
}

int64_t sys_fchmodat(int dirfd, uaddr_t name, unsigned mode)
{
	const struct attributes set = new_mode(mode);

	return set_at(dirfd, name, 0, &set);
}

int64_t sys_chmod(uaddr_t name, unsigned mode)
{
	return sys_fchmodat(AT_FDCWD, name, mode);
}

int64_t sys_fchmod(int fd, unsigned mode)
{
	const struct attributes set = new_mode(mode);

	return set_open(fd, &set);
}

int64_t sys_fchownat(int dirfd, uaddr_t name, unsigned user, unsigned group, unsigned flags)
{
	const struct attributes set = new_owner(user, group);

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return set_at(dirfd, name, flags, &set);
}

int64_t sys_chown(uaddr_t name, unsigned user, unsigned group)
{
	return sys_fchownat(AT_FDCWD, name, user, group, 0);
}

int64_t sys_lchown(uaddr_t name, unsigned user, unsigned group)
{
	return sys_fchownat(AT_FDCWD, name, user, group, AT_SYMLINK_NOFOLLOW);
}

int64_t sys_fchown(int fd, unsigned user, unsigned group)
{
	const struct attributes set = new_owner(user, group);

	return set_open(fd, &set);
}

static bool nsec_is_valid(long nsec)
{
	return nsec == UTIME_NOW || nsec == UTIME_OMIT || (nsec >= 0 && nsec < 1000000000);
}

/* A time that utimensat(2) takes. */
static struct hc_time time_of(const struct timespec *time)
{
	if (time->tv_nsec != UTIME_NOW)
		return (struct hc_time){time->tv_sec, time->tv_nsec};
	return clock_time();
}

/* Sets the times of a name, or with 0 of an fd. */
static int64_t set_times(int dirfd, uaddr_t name, const struct timespec times[2], unsigned flags)
{
	const struct attributes set = {
		.set = (times[0].tv_nsec == UTIME_OMIT ? 0 : SET_ATIME) |
		       (times[1].tv_nsec == UTIME_OMIT ? 0 : SET_MTIME),
		.atime = time_of(&times[0]),
		.mtime = time_of(&times[1]),
	};

	if (!name && dirfd != AT_FDCWD)
		return set_open(dirfd, &set);
	return set_at(dirfd, name, flags, &set);
}

static const struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};

int64_t sys_utimensat(int dirfd, uaddr_t name, uaddr_t times, unsigned flags)
{
	struct timespec both[2] = {now[0], now[1]};

	if (times && copy_from_user(both, times, sizeof(both)) < 0)
		return -EFAULT;
	if (both[0].tv_nsec == UTIME_OMIT && both[1].tv_nsec == UTIME_OMIT)
		return 0;
	if (!nsec_is_valid(both[0].tv_nsec) || !nsec_is_valid(both[1].tv_nsec))
		return -EINVAL;
	if (!name && dirfd != AT_FDCWD && flags)
		return -EINVAL;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return set_times(dirfd, name, both, flags);
}

int64_t sys_futimesat(int dirfd, uaddr_t name, uaddr_t times)
{
	struct timespec both[2] = {now[0], now[1]};
	struct timeval given[2];

	if (times && copy_from_user(given, times, sizeof(given)) < 0)
		return -EFAULT;
	for (int i = 0; times && i < 2; i++) {
		if (given[i].tv_usec < 0 || given[i].tv_usec >= 1000000)
			return -EINVAL;
		both[i] = (struct timespec){given[i].tv_sec, given[i].tv_usec * 1000};
	}
	return set_times(dirfd, name, both, 0);
}

int64_t sys_utimes(uaddr_t name, uaddr_t times)
{
	return sys_futimesat(AT_FDCWD, name, times);
}

int64_t sys_utime(uaddr_t name, uaddr_t times)
{
	struct timespec both[2] = {now[0], now[1]};
	struct utimbuf given;

	if (times && copy_from_user(&given, times, sizeof(given)) < 0)
		return -EFAULT;
	if (times) {
		both[0] = (struct timespec){given.actime, 0};
		both[1] = (struct timespec){given.modtime, 0};
	}
	return set_times(AT_FDCWD, name, both, 0);
}

/* May a file be made so long? 0; or -EFBIG, and a signal: RLIMIT_FSIZE. */
static int check_limit(uint64_t size)
{
	return size <= limit_of(RLIMIT_FSIZE) ? 0 : signal_file_too_large();
}

int64_t sys_truncate(uaddr_t name, int64_t size)
{
	const struct attributes set = {.set = SET_SIZE, .size = size};
	struct hc_stat_result st;
	int error;

	if (size < 0)
		return -EINVAL;
	error = stat_at(AT_FDCWD, name, 0, &st);
	if (error)
		return error;
	if (!S_ISREG(st.mode))
		return S_ISDIR(st.mode) ? -EISDIR : -EINVAL;
	error = (uint64_t)size > st.size ? check_limit(size) : 0;
	return error ? error : set_at(AT_FDCWD, name, 0, &set);
}

int64_t sys_ftruncate(int fd, int64_t size)
{
	const struct attributes set = {.set = SET_SIZE, .size = size};
	struct file *file = fd_file(fd);
	int error;

	if (size < 0)
		return -EINVAL;
	if (!file || file->flags & O_PATH)
		return -EBADF;
	if (!S_ISREG(file->mode) || (file->flags & O_ACCMODE) == O_RDONLY)
		return -EINVAL;
	error = size > file_size(file) ? check_limit(size) : 0;
	return error ? error : file_set(file, &set);
}

int64_t sys_fallocate(int fd, unsigned mode, int64_t offset, int64_t bytes)
{
	struct file *file = fd_file(fd);
	int64_t end;

	if (!file || file->flags & O_PATH)
		return -EBADF;
	if (offset < 0 || bytes <= 0)
		return -EINVAL;
	if (mode & FALLOC_FL_PUNCH_HOLE && !(mode & FALLOC_FL_KEEP_SIZE))
		return -EOPNOTSUPP;
	if ((file->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (S_ISFIFO(file->mode))
		return -ESPIPE;
	if (!S_ISREG(file->mode))
		return -ENODEV;
	if (__builtin_add_overflow(offset, bytes, &end))
		return -EFBIG;
	if (!(mode & FALLOC_FL_KEEP_SIZE) && end > file_size(file) && check_limit(end) < 0)
		return -EFBIG;
	return file->ops->allocate ? file->ops->allocate(file, mode, offset, bytes) : -EOPNOTSUPP;
}
