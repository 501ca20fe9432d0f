/* SPDX-License-Identifier: MIT */
/* The guest's file descriptors, and which host files may become one. */
#include "fdtable.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
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

/* File systems whose regular files are no data: /proc/self/mem is the hypervisor's memory. */
static bool speaks_of_the_system(unsigned long magic)
{
	static const unsigned long magics[] = {
		PROC_SUPER_MAGIC,   SYSFS_MAGIC,   DEBUGFS_MAGIC,	TRACEFS_MAGIC,
		CGROUP_SUPER_MAGIC, SELINUX_MAGIC, CGROUP2_SUPER_MAGIC, SECURITYFS_MAGIC,
		NSFS_MAGIC,	    BPF_FS_MAGIC,  EFIVARFS_MAGIC,	PSTOREFS_MAGIC,
	};

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (magic == magics[i])
			return true;
	return false;
}

/*
 * open(2), but not through what /proc has for links: /proc/self/fd/7 is a host
 * fd. A kernel before Linux 5.6 can't keep that promise.
 */
static int open_host(const char *path, int flags)
{
	struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};
	int host = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	return host < 0 && errno == ENOSYS ? open(path, flags | O_CLOEXEC) : host;
}

/* May the guest have this host file, open by O_PATH or otherwise? 0 or -errno. */
static int check_file(int host)
{
	struct statfs fs;
	struct stat st;
	int error;

	if (fstat(host, &st) < 0 || fstatfs(host, &fs) < 0)
		return -errno;
	error = check_kind(&st);
	if (error)
		return error;
	if (speaks_of_the_system(fs.f_type))
		return -EACCES;
	return 0;
}

int fdtable_open(struct fdtable *table, const char *path)
{
	int fd = 0;
	int error;
	int host;

	while (fd < FDTABLE_SIZE && table->host[fd] >= 0)
		fd++;
	if (fd == FDTABLE_SIZE)
		return -EMFILE;

	/* Looked at first: to open a device or a FIFO may already do something. */
	host = open_host(path, O_PATH);
	if (host < 0)
		return -errno;
	error = check_file(host);
	close(host);
	if (error)
		return error;
	host = open_host(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (host < 0)
		return -errno;
	/* Again, for it may be another file by now. Then let reads of a terminal wait. */
	error = check_file(host);
	if (!error && fcntl(host, F_SETFL, O_RDONLY) < 0)
		error = -errno;
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
