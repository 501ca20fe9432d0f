/* SPDX-License-Identifier: MIT */
/* The guest's file descriptors, and which host files may become one. */
#include "fdtable.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

void fdtable_init(struct fdtable *table, unsigned open_fds)
{
	for (int fd = 0; fd < FDTABLE_SIZE; fd++)
		table->host[fd] = fd <= STDERR_FILENO && open_fds >> fd & 1 ? fd : -1;
}

int fdtable_get(const struct fdtable *table, uint64_t fd)
{
	if (fd >= FDTABLE_SIZE || table->host[fd] < 0)
		return -EBADF;
	return table->host[fd];
}

/* Devices whose open has no effect and whose bytes tell nothing:
 * Documentation/admin-guide/devices.txt */
static bool harmless_device(dev_t device)
{
	if (major(device) == 5)
		return minor(device) == 0; /* tty */
	if (major(device) != 1)
		return false;
	switch (minor(device)) {
	case 3: /* null */
	case 5: /* zero */
	case 7: /* full */
	case 8: /* random */
	case 9: /* urandom */
		return true;
	default:
		return false;
	}
}

/* May the guest have a file of this kind? 0, -EISDIR or -EACCES. */
static int check_kind(const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return -EISDIR;
	if (S_ISREG(st->st_mode) || (S_ISCHR(st->st_mode) && harmless_device(st->st_rdev)))
		return 0;
	return -EACCES;
}

/* May the guest have this open host file? 0 or -errno. */
static int check_open_file(int host)
{
	struct statfs fs;
	struct stat st;
	int error;

	if (fstat(host, &st) < 0 || fstatfs(host, &fs) < 0)
		return -errno;
	error = check_kind(&st);
	if (error)
		return error;
	/* Their regular files speak of the hypervisor: /proc/self/mem is its memory. */
	if (fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC ||
	    fs.f_type == DEBUGFS_MAGIC || fs.f_type == TRACEFS_MAGIC)
		return -EACCES;
	/* O_NONBLOCK was for the open alone: a read of a terminal waits, as the program expects. */
	if (S_ISCHR(st.st_mode) && fcntl(host, F_SETFL, O_RDONLY) < 0)
		return -errno;
	return 0;
}

int fdtable_open(struct fdtable *table, const char *path)
{
	struct stat st;
	int fd = 0;
	int error;
	int host;

	while (fd < FDTABLE_SIZE && table->host[fd] >= 0)
		fd++;
	if (fd == FDTABLE_SIZE)
		return -EMFILE;

	/* Looked at first, because the open alone of a device or a FIFO may already do something.
	 */
	if (stat(path, &st) < 0)
		return -errno;
	error = check_kind(&st);
	if (error)
		return error;
	host = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (host < 0)
		return -errno;
	error = check_open_file(host);
	if (error) {
		close(host);
		return error;
	}
	table->host[fd] = host;
	return fd;
}

int fdtable_close(struct fdtable *table, uint64_t fd)
{
	int host = fdtable_get(table, fd);

	if (host < 0)
		return host;
	/* Linux frees the fd whatever close(2) says, and nothing was written through it. */
	close(host);
	table->host[fd] = -1;
	return 0;
}
