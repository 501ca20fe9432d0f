/* SPDX-License-Identifier: MIT */
/* System calls on extended attributes. No file has any: xattr(7). */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/xattr.h>

#include "../fs/fdtable.h"
#include "../mm/uaccess.h"
#include "stat.h"
#include "syscall.h"

/* Is it the name of an attribute? 0 or an errno. */
static int check_attribute(uaddr_t name)
{
	char text[XATTR_NAME_MAX + 1];
	int64_t length = string_from_user(text, name, sizeof(text));

	if (length == 0 || length == -ENAMETOOLONG)
		return -ERANGE;
	return length < 0 ? length : 0;
}

static int64_t set_attribute(uaddr_t attribute, size_t bytes, unsigned flags)
{
	if (flags & ~(XATTR_CREATE | XATTR_REPLACE))
		return -EINVAL;
	if (bytes > XATTR_SIZE_MAX)
		return -E2BIG;
	return check_attribute(attribute);
}

int64_t sys_setxattr(uaddr_t name, uaddr_t attribute, uaddr_t value, size_t bytes, unsigned flags)
{
	int error = set_attribute(attribute, bytes, flags);

	(void)value;
	return error ? error : change_at(AT_FDCWD, name, 0);
}

int64_t sys_lsetxattr(uaddr_t name, uaddr_t attribute, uaddr_t value, size_t bytes, unsigned flags)
{
	int error = set_attribute(attribute, bytes, flags);

	(void)value;
	return error ? error : change_at(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW);
}

/* As on a file system without extended attributes: -EOPNOTSUPP if all else is in order. */
static int64_t get_attribute(uaddr_t name, uaddr_t attribute, unsigned flags)
{
	struct hc_stat_result st;
	int error = check_attribute(attribute);

	if (!error)
		error = stat_at(AT_FDCWD, name, flags, &st);
	return error ? error : -EOPNOTSUPP;
}

int64_t sys_getxattr(uaddr_t name, uaddr_t attribute)
{
	return get_attribute(name, attribute, 0);
}

int64_t sys_lgetxattr(uaddr_t name, uaddr_t attribute)
{
	return get_attribute(name, attribute, AT_SYMLINK_NOFOLLOW);
}

int64_t sys_fgetxattr(int fd, uaddr_t attribute)
{
	const struct file *file = fd_file(fd);
	int error = check_attribute(attribute);

	if (error)
		return error;
	return file && !(file->flags & O_PATH) ? -EOPNOTSUPP : -EBADF;
}

int64_t sys_listxattr(uaddr_t name)
{
	struct hc_stat_result st;

	return stat_at(AT_FDCWD, name, 0, &st);
}

int64_t sys_llistxattr(uaddr_t name)
{
	struct hc_stat_result st;

	return stat_at(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, &st);
}

int64_t sys_flistxattr(int fd)
{
	const struct file *file = fd_file(fd);

	return file && !(file->flags & O_PATH) ? 0 : -EBADF;
}

int64_t sys_fsetxattr(int fd, uaddr_t attribute, uaddr_t value, size_t bytes, unsigned flags)
{
	int error = set_attribute(attribute, bytes, flags);

	(void)value;
	return error ? error : sys_fchange(fd);
}

int64_t sys_removexattr(uaddr_t name, uaddr_t attribute)
{
	int error = check_attribute(attribute);

	return error ? error : change_at(AT_FDCWD, name, 0);
}

int64_t sys_lremovexattr(uaddr_t name, uaddr_t attribute)
{
	int error = check_attribute(attribute);

	return error ? error : change_at(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW);
}

int64_t sys_fremovexattr(int fd, uaddr_t attribute)
{
	int error = check_attribute(attribute);

	return error ? error : sys_fchange(fd);
}
