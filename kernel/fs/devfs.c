/* SPDX-License-Identifier: MIT */
/* /dev. Reads go to the host's device; what is written is dropped here. */
#include "devfs.h"

#include <asm/errno.h>
#include <linux/magic.h>
#include <linux/stat.h>

#include "../lib/math.h"
#include "../lib/string.h"
#include "hostfile.h"
#include "hostfs.h"
#include "reopen.h"
#include "terminal.h"

#define MODE_DEVICE (S_IFCHR | 0666)

static int64_t null_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	(void)file, (void)buffer, (void)bytes;
	return 0;
}

static int64_t null_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	(void)file, (void)buffer;
	return min(bytes, TRANSFER_MAX);
}

static int64_t full_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	(void)file, (void)buffer;
	return bytes ? -ENOSPC : 0;
}

/* pread64(2) and pwrite64(2): what is written goes the same way at any offset. */
static int64_t device_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
				  bool to_user)
{
	return to_user ? hostfile_transfer_at(file, buffer, bytes, offset, true)
		       : file->ops->write(file, buffer, bytes);
}

static int64_t zero_map(struct file *file)
{
	(void)file;
	return FILE_MAPS_ZEROS;
}

static const struct file_ops null_ops = {
	.read = null_read,
	.write = null_write,
	.transfer_at = device_transfer_at,
	.seek = hostfile_seek,
	.release = hostfile_release,
	.prompt = true,
};

static const struct file_ops zero_ops = {
	.read = hostfile_read,
	.write = null_write,
	.transfer_at = device_transfer_at,
	.seek = hostfile_seek,
	.map = zero_map,
	.release = hostfile_release,
	.prompt = true,
};

static const struct file_ops full_ops = {
	.read = hostfile_read,
	.write = full_write,
	.transfer_at = device_transfer_at,
	.seek = hostfile_seek,
	.release = hostfile_release,
	.prompt = true,
};

static const struct file_ops random_ops = {
	.read = hostfile_read,
	.write = null_write,
	.transfer_at = device_transfer_at,
	.seek = hostfile_seek,
	.release = hostfile_release,
	.prompt = true,
};

/* The host's terminal is open for reading alone. */
static const struct file_ops tty_ops = {
	.read = hostfile_read,
	.transfer_at = hostfile_transfer_at,
	.seek = hostfile_seek,
	.ioctl = terminal_ioctl,
	.release = hostfile_release,
};

#define DEV "/dev"

/* st_rdev, major << 8 | minor: Documentation/admin-guide/devices.txt of Linux. */
static const struct {
	const char *name; /* here and on the host */
	const struct file_ops *ops;
	uint32_t rdev;
} devices[] = {
	{DEV "/null", &null_ops, 0x103},      {DEV "/zero", &zero_ops, 0x105},
	{DEV "/full", &full_ops, 0x107},      {DEV "/random", &random_ops, 0x108},
	{DEV "/urandom", &random_ops, 0x109}, {DEV "/tty", &tty_ops, TERMINAL_CONTROLLING},
};

/* Names of the program's fds. */
static const struct {
	const char *name, *number;
} links[] = {{"/stdin", "0"}, {"/stdout", "1"}, {"/stderr", "2"}};

#define FDS "/fd/"

static int find_device(const char *name)
{
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (strcmp(name, devices[i].name + strlen(DEV)) == 0)
			return i;
	return -ENOENT;
}

/* The fd that a name stands for, as reopen.h has it; NULL: it stands for none. */
static const char *find_fd(const char *name)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (strcmp(name, links[i].name) == 0)
			return links[i].number;
	return memcmp(name, FDS, strlen(FDS)) == 0 ? name + strlen(FDS) : NULL;
}

static uint64_t device_ino(int device)
{
	return device + 2;
}

static int devfs_open(struct file **file, const char *name, unsigned flags)
{
	int device = find_device(name);
	const char *fd = find_fd(name);
	int error;

	if (fd)
		return reopen_fd(file, fd, flags);
	if (device < 0)
		return open_absent(flags);
	error = hostfs_open_as(file, devices[device].name, devices[device].ops, MODE_DEVICE, flags);
	if (error == -EROFS && devices[device].ops == &tty_ops)
		return reopen_terminal(file);
	if (!error) {
		(*file)->dev = DEV_DEVFS;
		(*file)->ino = device_ino(device);
		(*file)->rdev = devices[device].rdev;
	}
	return error;
}

static int devfs_stat(const char *name, bool follow, struct hc_stat_result *st)
{
	int device = find_device(name);
	const char *fd = find_fd(name);

	(void)follow;
	if (fd)
		return reopen_stat(fd, st);
	*st = (struct hc_stat_result){.dev = DEV_DEVFS, .nlink = 1, .blksize = FILE_BLOCK};
	if (!*name) {
		st->ino = 1;
		st->mode = S_IFDIR | 0755;
		st->nlink = 2;
		return 0;
	}
	if (device < 0)
		return device;
	st->ino = device_ino(device);
	st->mode = MODE_DEVICE;
	st->rdev = (uint64_t)(devices[device].rdev >> 8) << 32 | (devices[device].rdev & 0xff);
	return 0;
}

const struct fs_type devfs = {
	.dev = DEV_DEVFS,
	.magic = TMPFS_MAGIC,
	.open = devfs_open,
	.stat = devfs_stat,
};
