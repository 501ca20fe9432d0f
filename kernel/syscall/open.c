/* SPDX-License-Identifier: MIT */
/* System calls that open a name. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <stddef.h>

#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../fs/opath.h"
#include "syscall.h"

/* O_TMPFILE includes O_DIRECTORY. This is the other bit. */
#define TMPFILE_ONLY (O_TMPFILE & ~O_DIRECTORY)

/* Do these flags of open(2) contradict each other? 0 or -EINVAL. */
static int check_flags(unsigned flags)
{
	if (flags & TMPFILE_ONLY)
		return !(flags & O_DIRECTORY) || flags & O_CREAT || (flags & O_ACCMODE) == O_RDONLY
			       ? -EINVAL
			       : 0;
	return flags & O_CREAT && flags & O_DIRECTORY ? -EINVAL : 0;
}

/* A file without a name, in a directory that must be there. */
static int open_tmpfile(const struct path *path)
{
	struct hc_stat_result st;
	int error = path_stat(path, true, &st);

	if (error)
		return error;
	return S_ISDIR(st.mode) ? -EROFS : -ENOTDIR;
}

int64_t sys_openat(int dirfd, uaddr_t name, unsigned flags)
{
	const struct path *path;
	struct file *file = NULL;
	int error;

	if (flags & O_PATH)
		flags &= OPATH_FLAGS;
	error = check_flags(flags);
	if (!error)
		error = path_from_user(&path, dirfd, name);
	if (!error && flags & TMPFILE_ONLY)
		return open_tmpfile(path);
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
