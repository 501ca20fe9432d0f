/* SPDX-License-Identifier: MIT */
/* System calls that look at files by name, and those that would change what a name stands for. */
#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../fs/device.h"
#include "../fs/fdtable.h"
#include "../fs/open.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "syscall.h"

#define R_OK 4
#define W_OK 2
#define X_OK 1

/* The attributes of a name. Opens it, for that is how the host tells. */
static int stat_path(const struct path *path, struct stat *st)
{
	struct file *file;
	int error = file_open(&file, path, 0, O_RDONLY);

	if (error)
		return error;
	error = file_stat(file, st);
	file_put(file);
	return error;
}

static int stat_fd(uint64_t fd, struct stat *st)
{
	struct file *file = fd_file(fd);

	return file ? file_stat(file, st) : -EBADF;
}

/* The attributes of what a *at() call names; with AT_EMPTY_PATH and no text, of the fd. */
static int stat_at(uint64_t dirfd, uint64_t user, unsigned flags, struct stat *st)
{
	const struct path *path;
	char first;
	int error;

	if (flags & AT_EMPTY_PATH) {
		error = copy_from_user(&first, user, 1);
		if (error)
			return error;
		if (!first && (int)dirfd != AT_FDCWD)
			return stat_fd(dirfd, st);
	}
	error = path_from_user(&path, dirfd, user);
	return error ? error : stat_path(path, st);
}

/* stat, lstat and fstat: links are followed by the host, unseen. */
int64_t sys_stat(struct trap_frame *frame)
{
	struct stat st;
	int error = frame->rax == __NR_fstat ? stat_fd(frame->rdi, &st)
					     : stat_at(AT_FDCWD, frame->rdi, 0, &st);

	return error ? error : copy_to_user(frame->rsi, &st, sizeof(st));
}

int64_t sys_newfstatat(struct trap_frame *frame)
{
	unsigned flags = frame->r10;
	struct stat st;
	int error;

	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
		return -EINVAL;
	error = stat_at(frame->rdi, frame->rsi, flags, &st);
	return error ? error : copy_to_user(frame->rdx, &st, sizeof(st));
}

/* access(2): the file system is read-only, the program has every right that there is. */
static int64_t access_at(uint64_t dirfd, uint64_t user, unsigned mode)
{
	struct stat st;
	int error;

	if (mode & ~(R_OK | W_OK | X_OK))
		return -EINVAL;
	error = stat_at(dirfd, user, 0, &st);
	if (error)
		return error;
	if (mode & W_OK && !(st.st_mode & S_IWUSR))
		return -EROFS;
	return mode & X_OK && !(st.st_mode & S_IXUSR) ? -EACCES : 0;
}

int64_t sys_access(struct trap_frame *frame)
{
	return access_at(AT_FDCWD, frame->rdi, frame->rsi);
}

int64_t sys_faccessat(struct trap_frame *frame)
{
	return access_at(frame->rdi, frame->rsi, frame->rdx);
}

/* The host's links are followed and not seen: only /proc/self/exe is one here. */
static int64_t readlink_at(uint64_t dirfd, uint64_t user, uint64_t buffer, int64_t bytes)
{
	const struct path *path;
	uint32_t number;
	struct stat st;
	int error;

	if (bytes <= 0)
		return -EINVAL;
	error = path_from_user(&path, dirfd, user);
	if (error)
		return error;
	if (device_classify(path, &number) == NAME_SELF) {
		bytes = min(bytes, strlen(process_path()));
		error = copy_to_user(buffer, process_path(), bytes);
		return error ? error : bytes;
	}
	error = stat_path(path, &st);
	return error ? error : -EINVAL;
}

int64_t sys_readlink(struct trap_frame *frame)
{
	return readlink_at(AT_FDCWD, frame->rdi, frame->rsi, (int)frame->rdx);
}

int64_t sys_readlinkat(struct trap_frame *frame)
{
	return readlink_at(frame->rdi, frame->rsi, frame->rdx, (int)frame->r10);
}

int64_t sys_getcwd(struct trap_frame *frame)
{
	uint64_t bytes = strlen(path_cwd()) + 1;
	int error;

	if (bytes == 1)
		return -ENOENT;
	if (frame->rsi < bytes)
		return -ERANGE;
	error = copy_to_user(frame->rdi, path_cwd(), bytes);
	return error ? error : (int64_t)bytes;
}

int64_t sys_chdir(struct trap_frame *frame)
{
	const struct path *path;
	struct stat st;
	int error = path_from_user(&path, AT_FDCWD, frame->rdi);

	if (!error)
		error = stat_path(path, &st);
	if (error)
		return error;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	path_set_cwd(path->absolute);
	return 0;
}

int64_t sys_fchdir(struct trap_frame *frame)
{
	const struct file *file = fd_file(frame->rdi);

	if (!file)
		return -EBADF;
	if (!file->path)
		return -ENOTDIR;
	path_set_cwd(file->path);
	return 0;
}

/* The name that a call would change, or make: the second of symlink(2). */
static int stat_changed(const struct trap_frame *frame, struct stat *st)
{
	switch (frame->rax) {
	case __NR_symlink:
		return stat_at(AT_FDCWD, frame->rsi, 0, st);
	case __NR_symlinkat:
		return stat_at(frame->rsi, frame->rdx, 0, st);
	case __NR_unlinkat:
	case __NR_renameat:
	case __NR_renameat2:
	case __NR_linkat:
	case __NR_fchmodat:
	case __NR_fchownat:
	case __NR_utimensat:
	case __NR_mkdirat:
	case __NR_mknodat:
		return stat_at(frame->rdi, frame->rsi, 0, st);
	default:
		return stat_at(AT_FDCWD, frame->rdi, 0, st);
	}
}

/* A change to what is there: on a read-only file system it must be there to be refused. */
int64_t sys_change(struct trap_frame *frame)
{
	struct stat st;
	int error = stat_changed(frame, &st);

	return error ? error : -EROFS;
}

/* A new name: it must not be there. */
int64_t sys_create(struct trap_frame *frame)
{
	struct stat st;
	int error = stat_changed(frame, &st);

	return !error ? -EEXIST : error == -ENOENT ? -EROFS : error;
}

int64_t sys_fchange(struct trap_frame *frame)
{
	return fd_file(frame->rdi) ? -EROFS : -EBADF;
}
