/* SPDX-License-Identifier: MIT */
/* execve(2) and execveat(2). */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../fs/tmpfs.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "../proc/execve.h"
#include "syscall.h"

/* What the program sees as its name, and how the host finds the file. In the low 2 MiB. */
static char name[PATH_MAX];
static char host[2 * PATH_MAX];

/* Opens a path to a file of a tmpfs, if it leads to one. */
static bool open_memory(const struct path *path, unsigned flags, struct file **opened)
{
	struct file *file;

	if (file_open(&file, path, O_RDONLY | O_NONBLOCK | flags, 0) != 0)
		return false;
	if (!tmpfs_node_of(file) || !S_ISREG(file->mode) || !file->path) {
		file_put(file);
		return false;
	}
	memcpy(host, file->path, strlen(file->path) + 1);
	*opened = file;
	return true;
}

/*
 * How the host finds a file that has been named by way of a file system of ours, a link in /proc
 * say: by the path that it then has. Sets *opened to a file of a tmpfs. Returns 0 or a negative
 * errno.
 */
static int find_elsewhere(const struct path *path, unsigned flags, struct file **opened)
{
	struct file *file;
	int length;
	int error;

	if (tmpfs_is_used() && open_memory(path, flags, opened))
		return 0;
	length = flags & O_NOFOLLOW ? -EINVAL : path_readlink(path, host);
	if (length > 0 && host[0] == '/') {
		host[length] = '\0';
		return 0;
	}
	error = file_open(&file, path, O_RDONLY | O_NONBLOCK | flags, 0);
	if (error)
		return error == -EISDIR ? -EACCES : error;
	if (file->path && S_ISREG(file->mode) && file->ops->map)
		memcpy(host, file->path, strlen(file->path) + 1);
	else
		error = -EACCES;
	file_put(file);
	return error;
}

/* Sets `host` for a path, and *opened to a file of a tmpfs. Returns 0 or a negative errno. */
static int find_host(const struct path *path, bool follow, struct file **opened)
{
	struct hc_stat_result st;
	const char *rest;
	int error;

	if (!follow) {
		error = path_stat(path, false, &st);
		if (error && error != -ENOSYS)
			return error;
		if (!error && S_ISLNK(st.mode))
			return -ELOOP;
	}
	if (mount_find(path->absolute, &rest) != mount_root())
		return find_elsewhere(path, follow ? 0 : O_NOFOLLOW, opened);
	memcpy(host, path->host, strlen(path->host) + 1);
	return 0;
}

int64_t sys_execve(uaddr_t path, uaddr_t argv, uaddr_t envp)
{
	return sys_execveat(AT_FDCWD, path, argv, envp, 0);
}

/* Writes a decimal; returns its end. */
static char *put_number(char *to, unsigned number)
{
	if (number >= 10)
		to = put_number(to, number / 10);
	*to = '0' + number % 10;
	return to + 1;
}

/* The name that a program has which was named by an fd: /dev/fd/N, and what followed it. */
static void name_by_fd(int fd, const char *rest)
{
	char *end;

	memcpy(name, "/dev/fd/", 8);
	end = put_number(name + 8, fd);
	if (*rest)
		*end++ = '/';
	memcpy(end, rest, min(strlen(rest) + 1, (size_t)(name + PATH_MAX - end)));
	name[PATH_MAX - 1] = '\0';
}

/* The file that an fd itself is. */
static int64_t exec_fd(int fd, uaddr_t argv, uaddr_t envp)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	if (!file->path || !S_ISREG(file->mode))
		return -EACCES;
	memcpy(host, file->path, strlen(file->path) + 1);
	name_by_fd(fd, "");
	if (!tmpfs_node_of(file))
		return process_exec(name, host, NULL, argv, envp);
	file_get(file);
	return process_exec(name, host, file, argv, envp);
}

int64_t sys_execveat(int dirfd, uaddr_t user, uaddr_t argv, uaddr_t envp, unsigned flags)
{
	static char text[PATH_MAX];
	const struct path *path;
	struct file *opened = NULL;
	int64_t error;

	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return -EINVAL;
	error = string_from_user(text, user, sizeof(text));
	if (error < 0)
		return error;
	if (!*text && flags & AT_EMPTY_PATH && dirfd != AT_FDCWD)
		return exec_fd(dirfd, argv, envp);
	error = path_from_user(&path, dirfd, user);
	if (!error)
		error = find_host(path, !(flags & AT_SYMLINK_NOFOLLOW), &opened);
	if (error)
		return error;
	if (dirfd == AT_FDCWD || text[0] == '/')
		memcpy(name, text, sizeof(name));
	else
		name_by_fd(dirfd, text);
	return process_exec(name, host, opened, argv, envp);
}
