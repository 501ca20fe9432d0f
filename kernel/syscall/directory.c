/* SPDX-License-Identifier: MIT */
/* System calls on directories: what is in them, and which one the process works in. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/stat.h>
#include <stddef.h>

#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "stat.h"
#include "syscall.h"

int64_t sys_getdents64(int fd, uaddr_t buffer, unsigned bytes)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	return file_getdents(file, buffer, min(bytes, TRANSFER_MAX));
}

/* A record of getdents(2), old and new, which are of the same length. */
struct record {
	uint64_t ino;
	int64_t next;
	uint16_t bytes;
	char rest[NAME_MAX + 2 + 7]; /* new: type, name, NUL; old: name, NUL; its last byte: type */
};

#define RECORD_HEAD offsetof(struct record, rest)

/* Makes an old record of a new one, in the program's memory. Returns its length or an errno. */
static int64_t make_old(uaddr_t at, uint64_t left)
{
	struct record new, old;
	uint64_t rest;

	if (copy_from_user(&new, at, min(left, RECORD_HEAD + sizeof(new.rest))) < 0)
		return -EFAULT;
	rest = new.bytes - RECORD_HEAD;
	if (new.bytes <= RECORD_HEAD || new.bytes > left || rest > sizeof(new.rest))
		return -EIO;
	old = new;
	memcpy(old.rest, new.rest + 1, rest - 1);
	old.rest[rest - 1] = new.rest[0];
	return copy_to_user(at, &old, new.bytes) < 0 ? -EFAULT : new.bytes;
}

int64_t sys_getdents(int fd, uaddr_t buffer, unsigned bytes)
{
	int64_t total = sys_getdents64(fd, buffer, bytes);
	int64_t n;

	for (int64_t done = 0; done < total; done += n) {
		n = make_old(buffer + done, total - done);
		if (n < 0)
			return n;
	}
	return total;
}

int64_t sys_getcwd(uaddr_t to, size_t bytes)
{
	const char *cwd = fs_cwd();
	size_t needed = strlen(cwd) + 1;
	int error;

	if (needed == 1)
		return -ENOENT;
	if (bytes < needed)
		return -ERANGE;
	error = copy_to_user(to, cwd, needed);
	return error ? error : (int64_t)needed;
}

int64_t sys_chdir(uaddr_t name)
{
	const struct path *path;
	int error = path_from_user(&path, AT_FDCWD, name);

	return error ? error : path_chdir(path);
}

int64_t sys_fchdir(int fd)
{
	struct file *file = fd_file(fd);

	return file ? file_chdir(file) : -EBADF;
}

/* The root stays where it is. */
int64_t sys_chroot(uaddr_t name)
{
	struct hc_stat_result st;
	int error = stat_at(AT_FDCWD, name, 0, &st);

	if (error)
		return error;
	return S_ISDIR(st.mode) ? -EPERM : -ENOTDIR;
}

int64_t sys_umask(unsigned mask)
{
	unsigned old = current_fs->umask;

	current_fs->umask = mask & 0777;
	return old;
}
