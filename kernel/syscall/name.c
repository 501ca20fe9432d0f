/* SPDX-License-Identifier: MIT */
/* System calls that take a name: those that open it, look at it, or would change it. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "syscall.h"

/* Flags of umount2(2). */
#define MNT_FORCE	1
#define MNT_DETACH	2
#define MNT_EXPIRE	4
#define UMOUNT_NOFOLLOW 8

#define R_OK 4
#define W_OK 2
#define X_OK 1

int64_t sys_openat(int dirfd, uaddr_t name, unsigned flags)
{
	const struct path *path;
	struct file *file;
	int error = path_from_user(&path, dirfd, name);

	if (!error)
		error = file_open(&file, path, flags);
	if (error)
		return error;
	return fd_install(file, 0, flags & O_CLOEXEC);
}

int64_t sys_open(uaddr_t name, unsigned flags)
{
	return sys_openat(AT_FDCWD, name, flags);
}

int64_t sys_creat(uaddr_t name)
{
	return sys_openat(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC);
}

/* The attributes of a name. Opens it, for that is how the host tells. */
static int stat_path(const struct path *path, struct stat *st)
{
	struct file *file;
	int error = file_open(&file, path, O_RDONLY);

	if (error)
		return error;
	error = file_stat(file, st);
	file_put(file);
	return error;
}

static int stat_fd(int fd, struct stat *st)
{
	struct file *file = fd_file(fd);

	return file ? file_stat(file, st) : -EBADF;
}

/* The attributes of what a *at() call names; with AT_EMPTY_PATH and no text, of the fd. */
static int stat_at(int dirfd, uaddr_t name, unsigned flags, struct stat *st)
{
	const struct path *path;
	char first;
	int error;

	if (flags & AT_EMPTY_PATH) {
		error = copy_from_user(&first, name, 1);
		if (error)
			return error;
		if (!first && dirfd != AT_FDCWD)
			return stat_fd(dirfd, st);
	}
	error = path_from_user(&path, dirfd, name);
	return error ? error : stat_path(path, st);
}

/* Links are followed by the host, unseen: so lstat is no other. */
int64_t sys_newfstatat(int dirfd, uaddr_t name, uaddr_t to, unsigned flags)
{
	struct stat st;
	int error;

	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
		return -EINVAL;
	error = stat_at(dirfd, name, flags, &st);
	return error ? error : copy_to_user(to, &st, sizeof(st));
}

int64_t sys_stat(uaddr_t name, uaddr_t to)
{
	return sys_newfstatat(AT_FDCWD, name, to, 0);
}

int64_t sys_fstat(int fd, uaddr_t to)
{
	struct stat st;
	int error = stat_fd(fd, &st);

	return error ? error : copy_to_user(to, &st, sizeof(st));
}

/* The file system is read-only, the program has every right that there is. */
int64_t sys_faccessat2(int dirfd, uaddr_t name, unsigned mode, unsigned flags)
{
	struct stat st;
	int error;

	if (mode & ~(R_OK | W_OK | X_OK) ||
	    flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	error = stat_at(dirfd, name, flags, &st);
	if (error)
		return error;
	if (mode & W_OK && !(st.st_mode & S_IWUSR))
		return -EROFS;
	return mode & X_OK && !(st.st_mode & S_IXUSR) ? -EACCES : 0;
}

int64_t sys_faccessat(int dirfd, uaddr_t name, unsigned mode)
{
	return sys_faccessat2(dirfd, name, mode, 0);
}

int64_t sys_access(uaddr_t name, unsigned mode)
{
	return sys_faccessat2(AT_FDCWD, name, mode, 0);
}

/* The host follows its own links, so those are not seen. */
int64_t sys_readlinkat(int dirfd, uaddr_t name, uaddr_t to, int bytes)
{
	const struct path *path;
	const char *link;
	struct stat st;
	int error;

	if (bytes <= 0)
		return -EINVAL;
	error = path_from_user(&path, dirfd, name);
	if (error)
		return error;
	link = file_link(path);
	if (link) {
		bytes = min(bytes, strlen(link));
		error = copy_to_user(to, link, bytes);
		return error ? error : bytes;
	}
	error = stat_path(path, &st);
	return error ? error : -EINVAL;
}

int64_t sys_readlink(uaddr_t name, uaddr_t to, int bytes)
{
	return sys_readlinkat(AT_FDCWD, name, to, bytes);
}

int64_t sys_getcwd(uaddr_t to, size_t bytes)
{
	size_t needed = strlen(fs_cwd()) + 1;
	int error;

	if (needed == 1)
		return -ENOENT;
	if (bytes < needed)
		return -ERANGE;
	error = copy_to_user(to, fs_cwd(), needed);
	return error ? error : (int64_t)needed;
}

int64_t sys_chdir(uaddr_t name)
{
	const struct path *path;
	struct stat st;
	int error = path_from_user(&path, AT_FDCWD, name);

	if (!error)
		error = stat_path(path, &st);
	if (error)
		return error;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return fs_chdir(path->absolute);
}

int64_t sys_fchdir(int fd)
{
	const struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	if (!file->path)
		return -ENOTDIR;
	return fs_chdir(file->path);
}

/* A change to what is there: on a read-only file system it must be there to be refused. */
int64_t sys_change_at(int dirfd, uaddr_t name)
{
	struct stat st;
	int error = stat_at(dirfd, name, 0, &st);

	return error ? error : -EROFS;
}

/* utimensat and futimesat: without a name, of the fd. */
int64_t sys_change_times_at(int fd, uaddr_t name)
{
	return name || fd == AT_FDCWD ? sys_change_at(fd, name) : sys_fchange(fd);
}

int64_t sys_change(uaddr_t name)
{
	return sys_change_at(AT_FDCWD, name);
}

int64_t sys_truncate(uaddr_t name, int64_t size)
{
	return size < 0 ? -EINVAL : sys_change_at(AT_FDCWD, name);
}

/* A new name: it must not be there. */
int64_t sys_create_at(int dirfd, uaddr_t name)
{
	struct stat st;
	int error = stat_at(dirfd, name, 0, &st);

	if (!error)
		return -EEXIST;
	return error == -ENOENT ? -EROFS : error;
}

int64_t sys_create(uaddr_t name)
{
	return sys_create_at(AT_FDCWD, name);
}

int64_t sys_symlinkat(uaddr_t target, int dirfd, uaddr_t name)
{
	(void)target;
	return sys_create_at(dirfd, name);
}

int64_t sys_symlink(uaddr_t target, uaddr_t name)
{
	return sys_symlinkat(target, AT_FDCWD, name);
}

int64_t sys_fchange(int fd)
{
	return fd_file(fd) ? -EROFS : -EBADF;
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

/* getxattr and lgetxattr: no file has attributes but those that stat tells. */
int64_t sys_getxattr(uaddr_t name)
{
	struct stat st;
	int error = stat_at(AT_FDCWD, name, 0, &st);

	return error ? error : -EOPNOTSUPP;
}

int64_t sys_fgetxattr(int fd)
{
	return fd_file(fd) ? -EOPNOTSUPP : -EBADF;
}

/* listxattr and llistxattr. */
int64_t sys_listxattr(uaddr_t name)
{
	struct stat st;

	return stat_at(AT_FDCWD, name, 0, &st);
}

int64_t sys_flistxattr(int fd)
{
	return fd_file(fd) ? 0 : -EBADF;
}

int64_t sys_umount2(uaddr_t name, unsigned flags)
{
	struct stat st;
	int error;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	error = stat_at(AT_FDCWD, name, 0, &st);
	return error ? error : -EPERM;
}

/* The root stays where it is. */
int64_t sys_chroot(uaddr_t name)
{
	struct stat st;
	int error = stat_at(AT_FDCWD, name, 0, &st);

	if (error)
		return error;
	return S_ISDIR(st.st_mode) ? -EPERM : -ENOTDIR;
}
