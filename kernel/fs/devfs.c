/* SPDX-License-Identifier: MIT */
/* /dev. Reads go to the host's device, where it lets us; what is written is dropped here. */
#include "devfs.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/magic.h>

#include "../host/hypercall.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../x86/direct_map.h"
#include "fdtable.h"
#include "hostfile.h"
#include "hostfs.h"
#include "terminal.h"
#include "tree.h"

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

/* Zeros, where the host has no device that gives them. */
static int64_t zero_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int64_t extent = user_extent(buffer, min(bytes, TRANSFER_MAX), true);
	paddr_t pa;

	(void)file;
	for (int64_t done = 0, run; done < extent; done += run) {
		run = space_run(current_space, buffer + done, extent - done, true, &pa);
		if (run < 0)
			return done ? done : run;
		memset(phys_to_virt(pa), 0, run);
	}
	return extent || !bytes ? extent : -EFAULT;
}

/* pread64(2) and pwrite64(2): the same at any offset, and the host's own stays. */
static int64_t host_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
				bool to_user)
{
	return to_user ? hostfile_transfer_at(file, buffer, bytes, offset, true)
		       : file->ops->write(file, buffer, bytes);
}

static int64_t own_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			       bool to_user)
{
	(void)offset;
	return to_user ? file->ops->read(file, buffer, bytes)
		       : file->ops->write(file, buffer, bytes);
}

static int64_t own_seek(struct file *file, int64_t offset, unsigned whence)
{
	(void)file, (void)offset, (void)whence;
	return 0;
}

static void own_release(struct file *file)
{
	kfree(file);
}

static int zero_map(struct file *file, struct cache **cache)
{
	(void)file;
	*cache = NULL;
	return 0;
}

/* Operations of a device that is the host's; OWN_OPS: of one that is the kernel's own. */
#define HOST_OPS                                                                                   \
	.transfer_at = host_transfer_at, .seek = hostfile_seek, .release = hostfile_release,       \
	.prompt = true
#define OWN_OPS                                                                                    \
	.transfer_at = own_transfer_at, .seek = own_seek, .release = own_release, .prompt = true

static const struct file_ops null_ops = {
	.read = null_read, .write = null_write, .nowait = true, OWN_OPS};
static const struct file_ops zero_ops = {
	.read = hostfile_read, .write = null_write, .map = zero_map, .nowait = true, HOST_OPS};
static const struct file_ops own_zero_ops = {
	.read = zero_read, .write = null_write, .map = zero_map, .nowait = true, OWN_OPS};
static const struct file_ops full_ops = {.read = hostfile_read, .write = full_write, HOST_OPS};
static const struct file_ops own_full_ops = {.read = zero_read, .write = full_write, OWN_OPS};
static const struct file_ops random_ops = {
	.read = hostfile_read, .write = null_write, .nowait = true, HOST_OPS};

/* The host's terminal is open for reading alone. */
static const struct file_ops tty_ops = {
	.read = hostfile_terminal_read,
	.transfer_at = hostfile_transfer_at,
	.seek = hostfile_seek,
	.ioctl = terminal_ioctl,
	.release = hostfile_release,
};

struct device {
	const char *host;	    /* its name on the host */
	const struct file_ops *ops; /* of the host's device; NULL: it isn't used */
	const struct file_ops *own; /* where there is no host's; NULL: then there is no device */
};

static int own_open(struct file **file, const struct file_ops *ops, uint32_t mode, unsigned flags)
{
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	*file = kmalloc(sizeof(**file));
	if (!*file)
		return -ENOMEM;
	file_init(*file, ops, mode, OPEN_KEPT(flags));
	return 0;
}

/*
 * Opens the controlling terminal for writing, too, which the host doesn't: shares
 * it with the first of fds 0 to 2 that is open so. -EROFS: none of them is.
 */
static int share_terminal(struct file **opened)
{
	for (int fd = 0; fd < BOOT_FDS; fd++) {
		struct file *there = fd_file(fd);

		if (there && (there->flags & (O_ACCMODE | O_PATH)) == O_RDWR &&
		    terminal_is_controlling(there)) {
			file_get(there);
			*opened = there;
			return 0;
		}
	}
	return -EROFS;
}

static int device_open(struct file **file, const struct tree_at *at, unsigned flags)
{
	const struct tree_node *node = at->node;
	const struct device *device = node->data;
	int error = -ENOENT;

	if (device->ops == &tty_ops && !terminal_is_of_session())
		return -ENXIO;
	if (device->ops)
		error = hostfs_open_as(file, device->host, device->ops, node->mode, flags);
	if (error == -EROFS && device->ops == &tty_ops)
		return share_terminal(file);
	if ((error == -ENOENT || error == -EACCES || error == -EROFS) && device->own)
		error = own_open(file, device->own, node->mode, flags);
	if (!error) {
		(*file)->dev = DEV_DEVFS;
		(*file)->ino = file_ino_below(file_ino(""), node->name);
		(*file)->rdev = node->rdev;
	}
	return error;
}

#define DEVICE(text, number, ...)                                                                  \
	{                                                                                          \
		.name = text, .mode = S_IFCHR | 0666, .rdev = number, .open = device_open,         \
		.data = &(const struct device)                                                     \
		{                                                                                  \
			"/dev/" text, __VA_ARGS__                                                  \
		}                                                                                  \
	}

#define LINK(text, target)                                                                         \
	{                                                                                          \
		.name = text, .mode = TREE_LINK, .show = tree_show_data, .data = target            \
	}

/* st_rdev, major << 8 | minor: Documentation/admin-guide/devices.txt of Linux. */
static const struct tree_node devices[] = {
	DEVICE("null", 0x103, NULL, &null_ops),
	DEVICE("zero", 0x105, &zero_ops, &own_zero_ops),
	DEVICE("full", 0x107, &full_ops, &own_full_ops),
	DEVICE("random", 0x108, &random_ops, NULL),
	DEVICE("urandom", 0x109, &random_ops, NULL),
	DEVICE("tty", TERMINAL_CONTROLLING, &tty_ops, NULL),
	LINK("fd", "/proc/self/fd"),
	LINK("stdin", "/proc/self/fd/0"),
	LINK("stdout", "/proc/self/fd/1"),
	LINK("stderr", "/proc/self/fd/2"),
	{.name = "shm", .mode = S_IFDIR | 0755}, /* where something is mounted */
	{0},
};

static const struct tree_node root = {.mode = S_IFDIR | 0755, .children = devices};
static const struct tree tree = {DEV_DEVFS, &root};

const char *devfs_name(uint32_t rdev)
{
	for (const struct tree_node *node = devices; node->mode; node++)
		if (node->rdev == rdev && S_ISCHR(node->mode))
			return ((const struct device *)node->data)->host;
	return NULL;
}

static int devfs_open(struct file **file, const char *name, unsigned flags)
{
	return tree_open(&tree, file, name, flags);
}

static int devfs_stat(const char *name, bool follow, struct hc_stat_result *st)
{
	return tree_stat(&tree, name, follow, st);
}

static int devfs_readlink(const char *name, char *to)
{
	return tree_readlink(&tree, name, to);
}

const struct fs_type devfs = {
	.name = "devtmpfs",
	.dev = DEV_DEVFS,
	.magic = TMPFS_MAGIC,
	.create_error = -EROFS,
	.open = devfs_open,
	.stat = devfs_stat,
	.readlink = devfs_readlink,
};
