/* SPDX-License-Identifier: MIT */
/* System calls that take a name: those that open it, look at it, or would change it. */
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

/* The flags of open(2) that F_GETFL doesn't show. */
#define OPEN_GONE (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC)

/* The arguments of a call that takes a name, as its *at() form has them. */
struct at_form {
	uint64_t dirfd, user, third, fourth;
};

static struct at_form at_form(const struct trap_frame *frame)
{
	/* The *at() calls are younger than all the others, and numbered behind them. */
	if (frame->rax >= __NR_openat)
		return (struct at_form){frame->rdi, frame->rsi, frame->rdx, frame->r10};
	return (struct at_form){AT_FDCWD, frame->rdi, frame->rsi, frame->rdx};
}

/* open, openat and creat. */
int64_t sys_open(struct trap_frame *frame)
{
	const struct at_form args = at_form(frame);
	unsigned flags = frame->rax == __NR_creat ? O_CREAT | O_WRONLY | O_TRUNC : args.third;
	const struct path *path;
	struct file *file;
	int error = path_from_user(&path, args.dirfd, args.user);

	if (!error)
		error = file_open(&file, path, (flags & ~OPEN_GONE) | O_LARGEFILE, flags);
	return error ? error : fd_install(file, 0, flags & O_CLOEXEC);
}

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

/* stat, lstat, newfstatat and fstat: links are followed by the host, unseen. */
int64_t sys_stat(struct trap_frame *frame)
{
	const struct at_form args = at_form(frame);
	unsigned flags = frame->rax == __NR_newfstatat ? args.fourth : 0;
	struct stat st;
	int error;

	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
		return -EINVAL;
	error = frame->rax == __NR_fstat ? stat_fd(frame->rdi, &st)
					 : stat_at(args.dirfd, args.user, flags, &st);
	return error ? error : copy_to_user(args.third, &st, sizeof(st));
}

/*
 * access, faccessat and faccessat2: the file system is read-only, the program
 * has every right that there is.
 */
int64_t sys_access(struct trap_frame *frame)
{
	const struct at_form args = at_form(frame);
	unsigned mode = args.third;
	struct stat st;
	int error;

	if (mode & ~(R_OK | W_OK | X_OK))
		return -EINVAL;
	error = stat_at(args.dirfd, args.user, 0, &st);
	if (error)
		return error;
	if (mode & W_OK && !(st.st_mode & S_IWUSR))
		return -EROFS;
	return mode & X_OK && !(st.st_mode & S_IXUSR) ? -EACCES : 0;
}

/*
 * readlink and readlinkat: the host's links are followed and not seen, only
 * /proc/self/exe is one here.
 */
int64_t sys_readlink(struct trap_frame *frame)
{
	const struct at_form args = at_form(frame);
	int64_t bytes = (int)args.fourth;
	const struct path *path;
	uint32_t number;
	struct stat st;
	int error;

	if (bytes <= 0)
		return -EINVAL;
	error = path_from_user(&path, args.dirfd, args.user);
	if (error)
		return error;
	if (device_classify(path, &number) == NAME_SELF) {
		bytes = min(bytes, strlen(process_path()));
		error = copy_to_user(args.third, process_path(), bytes);
		return error ? error : bytes;
	}
	error = stat_path(path, &st);
	return error ? error : -EINVAL;
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

/* A change to what is there: on a read-only file system it must be there to be refused. */
int64_t sys_change(struct trap_frame *frame)
{
	const struct at_form args = at_form(frame);
	struct stat st;
	int error = stat_at(args.dirfd, args.user, 0, &st);

	return error ? error : -EROFS;
}

/* A new name: it must not be there. That of a symbolic link stands behind its target. */
int64_t sys_create(struct trap_frame *frame)
{
	const struct at_form args = at_form(frame);
	struct stat st;
	int error = frame->rax == __NR_symlink	   ? stat_at(AT_FDCWD, frame->rsi, 0, &st)
		    : frame->rax == __NR_symlinkat ? stat_at(frame->rsi, frame->rdx, 0, &st)
						   : stat_at(args.dirfd, args.user, 0, &st);

	return !error ? -EEXIST : error == -ENOENT ? -EROFS : error;
}

int64_t sys_fchange(struct trap_frame *frame)
{
	return fd_file(frame->rdi) ? -EROFS : -EBADF;
}
