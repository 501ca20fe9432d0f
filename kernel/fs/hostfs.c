/* SPDX-License-Identifier: MIT */
/* The host's files and directories, by name. */
#include "hostfs.h"

#include <linux/magic.h>
#include <linux/stat.h>
#include <stddef.h>

#include "../host/hypercall.h"
#include "../x86/direct_map.h"
#include "hostcache.h"
#include "hostdir.h"
#include "hostfile.h"

/* The root's name is the empty one. */
static const char *host_name(const char *name)
{
	return *name ? name : "/";
}

/*
 * A host of the original protocol has no stat. Of an open file can be found out whether it is a
 * directory, and if not, its size. A file that can be opened can be read, and no file can be
 * written.
 */
static uint32_t mode_by_fd(int fd)
{
	char none;

	return hypercall_read(fd, virt_to_phys(&none), 0) == -EISDIR ? S_IFDIR | 0555
								     : S_IFREG | 0444;
}

static int stat_by_open(const char *name, struct hc_stat_result *st)
{
	int fd = hostcache_open(name);
	int64_t size;

	if (fd < 0)
		return fd;
	*st = (struct hc_stat_result){
		.dev = DEV_UNKNOWN,
		.ino = file_ino(name),
		.mode = mode_by_fd(fd),
		.nlink = 1,
		.blksize = FILE_BLOCK,
	};
	size = S_ISDIR(st->mode) ? FILE_BLOCK : hypercall_lseek(fd, 0, SEEK_END);
	hypercall_close(fd);
	if (size < 0)
		return size;
	st->size = size;
	st->blocks = (size + 511) / 512;
	return 0;
}

static int host_stat(const char *name, bool follow, struct hc_stat_result *st)
{
	int error = hypercall_stat(host_name(name), follow ? 0 : HC_STAT_LINK, st);

	return error == -ENOSYS ? stat_by_open(host_name(name), st) : error;
}

/* Of an open file. */
static int host_fstat(int fd, const char *name, struct hc_stat_result *st)
{
	int error = hypercall_fstat(fd, st);

	if (error != -ENOSYS)
		return error;
	*st = (struct hc_stat_result){
		.dev = DEV_UNKNOWN, .ino = file_ino(name), .mode = mode_by_fd(fd)};
	return 0;
}

static int host_readlink(const char *name, char *to)
{
	struct hc_stat_result st;
	int length = hypercall_readlink(host_name(name), virt_to_phys(to), PATH_MAX);
	int error;

	if (length != -ENOSYS)
		return length;
	error = stat_by_open(host_name(name), &st);
	return error ? error : -EINVAL;
}

/* May an existing file of this type be opened with these flags? 0 or an errno. */
static int check_open(uint32_t mode, bool writable, unsigned flags)
{
	if (flags & O_DIRECTORY && !S_ISDIR(mode))
		return -ENOTDIR;
	if (S_ISDIR(mode) && OPEN_WRITES(flags))
		return -EISDIR;
	/* O_CREAT alone changes nothing of what is there. */
	return OPEN_WRITES(flags & ~O_CREAT) && !writable ? -EROFS : 0;
}

int hostfs_open_as(struct file **opened, const char *name, const struct file_ops *ops,
		   uint32_t mode, unsigned flags)
{
	const struct hc_stat_result st = {.mode = mode};
	int host = hostcache_open(name);
	struct file *file = NULL;
	int error;

	if (host < 0)
		return host == -ENOENT ? open_absent(flags) : host;
	error = check_open(mode, ops->write, flags);
	if (!error)
		file = hostfile_new(ops, &st, OPEN_KEPT(flags), host);
	if (!file) {
		hypercall_close(host);
		return error ? error : -ENOMEM;
	}
	*opened = file;
	return 0;
}

/*
 * The check of O_NOFOLLOW: 0, or the errno of the open. *seen gets the attributes of the name,
 * and stays as it is if the host doesn't tell them.
 */
static int look_first(const char *name, unsigned flags, struct hc_stat_result *seen)
{
	int error = hypercall_stat(name, HC_STAT_LINK, seen);

	if (error == -ENOSYS)
		return 0;
	if (!error && S_ISLNK(seen->mode))
		return flags & O_DIRECTORY ? -ENOTDIR : -ELOOP;
	return error;
}

/* Opens what a name leads to, and tells what that is. Returns an fd of the host or an errno. */
static int open_and_stat(const char *name, unsigned flags, struct hc_stat_result *st)
{
	struct hc_stat_result seen = {0};
	int error = flags & O_NOFOLLOW ? look_first(name, flags, &seen) : 0;
	int host = error ? error : hostcache_open(name);

	if (host < 0)
		return host == -ENOENT ? open_absent(flags) : host;
	error = host_fstat(host, name, st);
	/* Was another file, perhaps a link, put in its place since? */
	if (!error && seen.mode && (st->dev != seen.dev || st->ino != seen.ino))
		error = -ELOOP;
	/* A device outside of /dev: as on a file system mounted with nodev. */
	if (!error && S_ISCHR(st->mode))
		error = -EACCES;
	if (!error)
		error = check_open(st->mode, false, flags);
	if (error)
		hypercall_close(host);
	return error ? error : host;
}

static int host_open(struct file **opened, const char *name, unsigned flags)
{
	struct hc_stat_result st;
	int host = open_and_stat(host_name(name), flags, &st);
	const struct file_ops *ops;

	if (host < 0)
		return host;
	ops = S_ISDIR(st.mode) ? &hostdir_ops : &hostfile_regular_ops;
	*opened = hostfile_new(ops, &st, OPEN_KEPT(flags), host);
	if (*opened)
		return 0;
	hypercall_close(host);
	return -ENOMEM;
}

const struct fs_type hostfs = {
	.name = "ext4",
	.magic = EXT4_SUPER_MAGIC,
	.create_error = -EROFS,
	.open = host_open,
	.stat = host_stat,
	.readlink = host_readlink,
};
