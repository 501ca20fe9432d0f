/* SPDX-License-Identifier: MIT */
/* System calls that open a name. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/memfd.h>
#include <linux/stat.h>
#include <stddef.h>

#include "../fs/change.h"
#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/fifo.h"
#include "../fs/lookup.h"
#include "../fs/opath.h"
#include "../fs/tmpfs.h"
#include "../mm/uaccess.h"
#include "syscall.h"

/* O_TMPFILE includes O_DIRECTORY. This is the other bit. */
#define TMPFILE_ONLY (O_TMPFILE & ~O_DIRECTORY)

#define PERMISSIONS 07777 /* of a new file, open(2) */

/* Do these flags of open(2) contradict each other? 0 or -EINVAL. */
static int check_flags(unsigned flags)
{
	if (flags & TMPFILE_ONLY)
		return !(flags & O_DIRECTORY) || flags & O_CREAT || (flags & O_ACCMODE) == O_RDONLY
			       ? -EINVAL
			       : 0;
	return flags & O_CREAT && flags & O_DIRECTORY ? -EINVAL : 0;
}

/* Gives the file an fd, once it may be used. */
static int64_t finish(struct file *file, unsigned flags)
{
	int64_t waits = fifo_wait(file);

	return waits ? waits : fd_install(file, 0, flags & O_CLOEXEC);
}

int64_t sys_openat(int dirfd, uaddr_t name, unsigned flags, unsigned mode)
{
	const struct path *path;
	struct file *file = fifo_resume();
	int error;

	if (file)
		return finish(file, flags);
	if (flags & O_PATH)
		flags &= OPATH_FLAGS;
	mode &= PERMISSIONS & ~current_fs->umask;
	error = check_flags(flags);
	if (!error)
		error = path_from_user(&path, dirfd, name);
	/* Before anything is changed. */
	if (!error && flags & (O_CREAT | O_TRUNC) && !fd_is_left())
		error = -EMFILE;
	if (error)
		return error;
	if (flags & TMPFILE_ONLY)
		error = path_open_nameless(&file, path, flags & ~TMPFILE_ONLY & ~O_DIRECTORY, mode);
	else
		error = file_open(&file, path, flags, mode);
	return error ? error : finish(file, flags);
}

int64_t sys_open(uaddr_t name, unsigned flags, unsigned mode)
{
	return sys_openat(AT_FDCWD, name, flags, mode);
}

int64_t sys_creat(uaddr_t name, unsigned mode)
{
	return sys_openat(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* What memfd_create(2) shows of a file, and how much of a name it takes with that. */
#define MEMFD_PREFIX   "/memfd:"
#define MEMFD_NAME_MAX 249

#define MEMFD_FLAGS (MFD_CLOEXEC | MFD_ALLOW_SEALING)

int64_t sys_memfd_create(uaddr_t user, unsigned flags)
{
	char name[sizeof(MEMFD_PREFIX) + MEMFD_NAME_MAX] = MEMFD_PREFIX;
	struct file *file = NULL;
	int64_t length;
	int error;

	if (flags & ~MEMFD_FLAGS)
		return -EINVAL;
	length = string_from_user(name + sizeof(MEMFD_PREFIX) - 1, user, MEMFD_NAME_MAX + 1);
	if (length < 0)
		return length == -ENAMETOOLONG ? -EINVAL : length;
	error = tmpfs_memfd(&file, name, flags & MFD_ALLOW_SEALING);
	return error ? error : fd_install(file, 0, flags & MFD_CLOEXEC);
}
