/* SPDX-License-Identifier: MIT */
/*
 * System calls that read a link, or change what there is by name. On a file system that is
 * read-only a call that would succeed fails with -EROFS, any other as on Linux.
 */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "../fs/change.h"
#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../fs/tmpfs.h"
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

#define PERMISSIONS	(S_IRWXU | S_IRWXG | S_IRWXO | S_ISVTX)
#define PERMISSIONS_ALL (PERMISSIONS | S_ISUID | S_ISGID)

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

/* Of the call that is made: names that it changes. */
static struct name from, to;

/* Finds a name of the program's. Returns 0, or why there is none to find. */
static int find(struct name *found, int dirfd, uaddr_t user, bool follow)
{
	const struct path *path;
	int error = path_from_user(&path, dirfd, user);

	if (!error)
		name_find(found, path, follow);
	return error;
}

static int64_t make(int dirfd, uaddr_t name, const struct new_name *new)
{
	int error = find(&to, dirfd, name, false);

	return error ? error : name_make(&to, new);
}

int64_t sys_mkdirat(int dirfd, uaddr_t name, unsigned mode)
{
	const struct new_name new = {.mode = S_IFDIR | (mode & PERMISSIONS & ~current_fs->umask)};

	return make(dirfd, name, &new);
}

int64_t sys_mkdir(uaddr_t name, unsigned mode)
{
	return sys_mkdirat(AT_FDCWD, name, mode);
}

int64_t sys_mknodat(int dirfd, uaddr_t name, unsigned mode, unsigned device)
{
	struct new_name new = {.mode = mode & (S_IFMT | PERMISSIONS_ALL) & ~current_fs->umask};

	switch (mode & S_IFMT) {
	case 0:
		new.mode |= S_IFREG;
		break;
	case S_IFCHR:
	case S_IFBLK:
		new.rdev = device & 0xffff;
		break;
	case S_IFREG:
	case S_IFIFO:
	case S_IFSOCK:
		break;
	default:
		return S_ISDIR(mode) ? -EPERM : -EINVAL;
	}
	return make(dirfd, name, &new);
}

int64_t sys_mknod(uaddr_t name, unsigned mode, unsigned device)
{
	return sys_mknodat(AT_FDCWD, name, mode, device);
}

int64_t sys_symlinkat(uaddr_t target, int dirfd, uaddr_t name)
{
	static char text[PATH_MAX];
	const struct new_name new = {.mode = S_IFLNK | 0777, .target = text};
	int64_t length = string_from_user(text, target, sizeof(text));

	if (length <= 0)
		return length < 0 ? length : -ENOENT;
	return make(dirfd, name, &new);
}

int64_t sys_symlink(uaddr_t target, uaddr_t name)
{
	return sys_symlinkat(target, AT_FDCWD, name);
}

#define LINK_FLAGS (AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)

/* The open file that linkat(2) is to give a name: an fd itself, or a link in /proc. NULL: none. */
static int find_linked_file(const struct file **file, int dirfd, uaddr_t name, unsigned flags)
{
	struct hc_stat_result st;
	char first;
	int error = copy_from_user(&first, name, 1);

	*file = NULL;
	if (error)
		return error;
	if (!first && flags & AT_EMPTY_PATH && dirfd != AT_FDCWD) {
		*file = fd_file(dirfd);
		return *file ? 0 : -EBADF;
	}
	if (!(flags & AT_SYMLINK_FOLLOW))
		return 0;
	error = stat_at(dirfd, name, 0, &st);
	if (!error && mount_of_device(st.dev)->changes)
		*file = fd_find(st.dev, st.ino);
	return error;
}

/*
 * Finds the name that an open file has, if it still leads to it. For those to which their file
 * system can't give another by the open file: of O_PATH, and pipes.
 */
static bool find_name_of(struct name *found, const struct file *file)
{
	static struct path path;
	struct hc_stat_result st;

	if (tmpfs_node_of(file) || !file->path || path_make(&path, "", "", true, file->path) < 0 ||
	    path_stat(&path, false, &st) < 0 || st.dev != file->dev || st.ino != file->ino)
		return false;
	name_find(found, &path, false);
	return true;
}

int64_t sys_linkat(int old_dirfd, uaddr_t old, int dirfd, uaddr_t name, unsigned flags)
{
	const struct file *file;
	int error;

	if (flags & ~LINK_FLAGS)
		return -EINVAL;
	error = find_linked_file(&file, old_dirfd, old, flags);
	if (file && find_name_of(&from, file))
		file = NULL;
	else if (!error && !file)
		error = find(&from, old_dirfd, old, flags & AT_SYMLINK_FOLLOW);
	if (!error && !file && from.missing)
		error = from.missing;
	if (!error)
		error = find(&to, dirfd, name, false);
	if (error)
		return error;
	return file ? name_link_file(file, &to) : name_link(&from, &to);
}

int64_t sys_link(uaddr_t old, uaddr_t name)
{
	return sys_linkat(AT_FDCWD, old, AT_FDCWD, name, 0);
}

int64_t sys_unlinkat(int dirfd, uaddr_t name, unsigned flags)
{
	int error;

	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	error = find(&to, dirfd, name, false);
	return error ? error : name_remove(&to, flags & AT_REMOVEDIR);
}

int64_t sys_unlink(uaddr_t name)
{
	return sys_unlinkat(AT_FDCWD, name, 0);
}

int64_t sys_rmdir(uaddr_t name)
{
	return sys_unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

int64_t sys_renameat2(int old_dirfd, uaddr_t old, int dirfd, uaddr_t name, unsigned flags)
{
	int error;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT) ||
	    (flags & (RENAME_NOREPLACE | RENAME_WHITEOUT) && flags & RENAME_EXCHANGE))
		return -EINVAL;
	error = find(&from, old_dirfd, old, false);
	if (!error)
		error = find(&to, dirfd, name, false);
	return error ? error : name_rename(&from, &to, flags);
}

int64_t sys_renameat(int old_dirfd, uaddr_t old, int dirfd, uaddr_t name)
{
	return sys_renameat2(old_dirfd, old, dirfd, name, 0);
}

int64_t sys_rename(uaddr_t old, uaddr_t name)
{
	return sys_renameat2(AT_FDCWD, old, AT_FDCWD, name, 0);
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
