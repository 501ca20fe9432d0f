/* SPDX-License-Identifier: MIT */
/*
 * System calls that read a link, or change what a name leads to. File systems are read-only: a
 * call that would succeed elsewhere fails with -EROFS, any other with Linux's errno.
 */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/utime.h>

#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../x86/direct_map.h"
#include "stat.h"
#include "syscall.h"

/* Flags of umount2(2). */
#define MNT_FORCE	1
#define MNT_DETACH	2
#define MNT_EXPIRE	4
#define UMOUNT_NOFOLLOW 8

#define UTIME_NOW  0x3fffffff /* utimensat(2) */
#define UTIME_OMIT 0x3ffffffe

/* The text of a link that is open by O_PATH and O_NOFOLLOW. */
static int read_open_link(int fd, char *to)
{
	const struct file *file = fd_file(fd);
	static struct path path;
	int error;

	if (!file)
		return -EBADF;
	if (!S_ISLNK(file->mode) || !file->path)
		return -ENOENT;
	error = path_make(&path, "", "", true, file->path);
	return error ? error : path_readlink(&path, to);
}

int64_t sys_readlinkat(int dirfd, uaddr_t name, uaddr_t to, int bytes)
{
	static char text[PATH_MAX];
	const struct path *path;
	char first;
	int length;

	if (bytes <= 0)
		return -EINVAL;
	if (copy_from_user(&first, name, 1) < 0)
		return -EFAULT;
	if (first) {
		length = path_from_user(&path, dirfd, name);
		if (!length)
			length = path_readlink(path, text);
	} else {
		length = dirfd == AT_FDCWD ? -ENOENT : read_open_link(dirfd, text);
	}
	if (length < 0)
		return length;
	length = min(length, bytes);
	return copy_to_user(to, text, length) < 0 ? -EFAULT : length;
}

int64_t sys_readlink(uaddr_t name, uaddr_t to, int bytes)
{
	return sys_readlinkat(AT_FDCWD, name, to, bytes);
}

int64_t change_at(int dirfd, uaddr_t name, unsigned flags)
{
	struct hc_stat_result st;
	int error = stat_at(dirfd, name, flags, &st);

	return error ? error : -EROFS;
}

/* chmod, chown. */
int64_t sys_change(uaddr_t name)
{
	return change_at(AT_FDCWD, name, 0);
}

int64_t sys_lchown(uaddr_t name)
{
	return change_at(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW);
}

int64_t sys_fchmodat(int dirfd, uaddr_t name)
{
	return change_at(dirfd, name, 0);
}

int64_t sys_fchownat(int dirfd, uaddr_t name, unsigned user, unsigned group, unsigned flags)
{
	(void)user, (void)group;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return change_at(dirfd, name, flags);
}

/* fchmod, fchown. */
int64_t sys_fchange(int fd)
{
	const struct file *file = fd_file(fd);

	return file && !(file->flags & O_PATH) ? -EROFS : -EBADF;
}

static bool nsec_is_valid(long nsec)
{
	return nsec == UTIME_NOW || nsec == UTIME_OMIT || (nsec >= 0 && nsec < 1000000000);
}

int64_t sys_utimensat(int dirfd, uaddr_t name, uaddr_t times, unsigned flags)
{
	struct timespec both[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};

	if (times && copy_from_user(both, times, sizeof(both)) < 0)
		return -EFAULT;
	if (both[0].tv_nsec == UTIME_OMIT && both[1].tv_nsec == UTIME_OMIT)
		return 0;
	if (!nsec_is_valid(both[0].tv_nsec) || !nsec_is_valid(both[1].tv_nsec))
		return -EINVAL;
	if (!name && dirfd != AT_FDCWD)
		return flags ? -EINVAL : sys_fchange(dirfd);
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return change_at(dirfd, name, flags);
}

int64_t sys_futimesat(int dirfd, uaddr_t name, uaddr_t times)
{
	struct timeval both[2] = {{0}, {0}};

	if (times && copy_from_user(both, times, sizeof(both)) < 0)
		return -EFAULT;
	for (int i = 0; i < 2; i++)
		if (both[i].tv_usec < 0 || both[i].tv_usec >= 1000000)
			return -EINVAL;
	return !name && dirfd != AT_FDCWD ? sys_fchange(dirfd) : change_at(dirfd, name, 0);
}

int64_t sys_utimes(uaddr_t name, uaddr_t times)
{
	return sys_futimesat(AT_FDCWD, name, times);
}

int64_t sys_utime(uaddr_t name, uaddr_t times)
{
	struct utimbuf both;

	if (times && copy_from_user(&both, times, sizeof(both)) < 0)
		return -EFAULT;
	return change_at(AT_FDCWD, name, 0);
}

int64_t sys_truncate(uaddr_t name, int64_t size)
{
	struct hc_stat_result st;
	int error;

	if (size < 0)
		return -EINVAL;
	error = stat_at(AT_FDCWD, name, 0, &st);
	if (error)
		return error;
	if (S_ISDIR(st.mode))
		return -EISDIR;
	return S_ISREG(st.mode) ? -EROFS : -EINVAL;
}

int64_t sys_ftruncate(int fd, int64_t size)
{
	const struct file *file = fd_file(fd);

	if (size < 0)
		return -EINVAL;
	if (!file || file->flags & O_PATH)
		return -EBADF;
	return !S_ISREG(file->mode) || (file->flags & O_ACCMODE) == O_RDONLY ? -EINVAL : -EROFS;
}

/* Checks a new name, of a directory or not: it must not exist, and its parent must. */
static int64_t create(int dirfd, uaddr_t name, bool directory)
{
	const struct path *path;
	struct hc_stat_result st;
	size_t length;
	int error = path_from_user(&path, dirfd, name);

	if (error)
		return error;
	error = path_stat(path, false, &st);
	if (!error)
		return -EEXIST;
	if (error != -ENOENT)
		return error;
	path_last(path->text, &length);
	/* A slash behind it, but no directory is made. */
	if (!directory && length && path->directory)
		return -ENOENT;
	return path_create_error(path);
}

int64_t sys_mkdirat(int dirfd, uaddr_t name)
{
	return create(dirfd, name, true);
}

int64_t sys_mkdir(uaddr_t name)
{
	return create(AT_FDCWD, name, true);
}

int64_t sys_mknodat(int dirfd, uaddr_t name, unsigned mode)
{
	switch (mode & S_IFMT) {
	case 0:
	case S_IFREG:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		return create(dirfd, name, false);
	default:
		return S_ISDIR(mode) ? -EPERM : -EINVAL;
	}
}

int64_t sys_mknod(uaddr_t name, unsigned mode)
{
	return sys_mknodat(AT_FDCWD, name, mode);
}

int64_t sys_symlinkat(uaddr_t target, int dirfd, uaddr_t name)
{
	const struct path *path;
	int error = path_from_user(&path, AT_FDCWD, target);

	return error ? error : create(dirfd, name, false);
}

int64_t sys_symlink(uaddr_t target, uaddr_t name)
{
	return sys_symlinkat(target, AT_FDCWD, name);
}

int64_t sys_linkat(int from_dirfd, uaddr_t from, int dirfd, uaddr_t name, unsigned flags)
{
	struct hc_stat_result st;
	int error;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	error = stat_at(from_dirfd, from,
			(flags & AT_EMPTY_PATH) |
				(flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW),
			&st);
	return error ? error : create(dirfd, name, false);
}

int64_t sys_link(uaddr_t from, uaddr_t name)
{
	return sys_linkat(AT_FDCWD, from, AT_FDCWD, name, 0);
}

/*
 * Finds the mode of a name that is to be removed. Returns 0 or an errno; `odd` is the errno for
 * the root and for names that end in "." or "..", which can't be removed.
 */
static int find_victim(int dirfd, uaddr_t name, int odd, uint64_t *mode)
{
	const struct path *path;
	struct hc_stat_result st;
	const char *last;
	size_t length;
	int error = path_from_user(&path, dirfd, name);

	if (error)
		return error;
	last = path_last(path->text, &length);
	error = path_stat(path, false, &st);
	if (error)
		return error;
	*mode = st.mode;
	return length == 0 || path_is_dot(last, length) || path_is_dotdot(last, length) ? odd : 0;
}

int64_t sys_unlinkat(int dirfd, uaddr_t name, unsigned flags)
{
	uint64_t mode;
	int error;

	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	error = find_victim(dirfd, name, flags ? -EBUSY : -EISDIR, &mode);
	if (error)
		return error;
	if (flags)
		return S_ISDIR(mode) ? -EROFS : -ENOTDIR;
	return S_ISDIR(mode) ? -EISDIR : -EROFS;
}

int64_t sys_unlink(uaddr_t name)
{
	return sys_unlinkat(AT_FDCWD, name, 0);
}

int64_t sys_rmdir(uaddr_t name)
{
	return sys_unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

int64_t sys_renameat2(int from_dirfd, uaddr_t from, int dirfd, uaddr_t name, unsigned flags)
{
	uint64_t mode;
	int error;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT) ||
	    (flags & (RENAME_NOREPLACE | RENAME_WHITEOUT) && flags & RENAME_EXCHANGE))
		return -EINVAL;
	error = find_victim(from_dirfd, from, -EBUSY, &mode);
	if (error)
		return error;
	error = find_victim(dirfd, name, flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY, &mode);
	if (!error)
		return flags & RENAME_NOREPLACE ? -EEXIST : -EROFS;
	return error == -ENOENT && !(flags & RENAME_EXCHANGE) ? create(dirfd, name, true) : error;
}

int64_t sys_renameat(int from_dirfd, uaddr_t from, int dirfd, uaddr_t name)
{
	return sys_renameat2(from_dirfd, from, dirfd, name, 0);
}

int64_t sys_rename(uaddr_t from, uaddr_t name)
{
	return sys_renameat2(AT_FDCWD, from, AT_FDCWD, name, 0);
}

int64_t sys_umount2(uaddr_t name, unsigned flags)
{
	struct hc_stat_result st;
	int error;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	error = stat_at(AT_FDCWD, name, 0, &st);
	return error ? error : -EPERM;
}
