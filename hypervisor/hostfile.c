/* SPDX-License-Identifier: MIT */
/* The host's files: which of them the guest may open, and how. */
#include "hostfile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "msg.h"

#define LOOK (O_PATH | O_CLOEXEC)
#define READ (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/*
 * Never through what /proc has for links: /proc/self/fd/7 is a host fd. All
 * opens there are; the sandbox knows them by their addresses, in memory that
 * can't be written.
 */
static const struct open_how in_host[] = {
	[HOSTFILE_LOOK] = {.flags = LOOK, .resolve = RESOLVE_NO_MAGICLINKS},
	[HOSTFILE_READ] = {.flags = READ, .resolve = RESOLVE_NO_MAGICLINKS},
};
static const struct open_how in_root[] = {
	[HOSTFILE_LOOK] = {.flags = LOOK, .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT},
	[HOSTFILE_READ] = {.flags = READ, .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT},
};

/* Devices whose open has no effect and whose bytes tell nothing: null, zero, full, random, urandom,
 * and the terminal. Documentation/admin-guide/devices.txt */
static bool harmless_device(dev_t device)
{
	const unsigned memory = 1 << 3 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9;

	return (major(device) == 1 && minor(device) < 10 && memory >> minor(device) & 1) ||
	       (major(device) == 5 && minor(device) == 0);
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

/* May the guest have this file, open by O_PATH or otherwise? 0, -EISDIR or -EACCES. */
static int check(int host)
{
	struct statfs fs;
	struct stat st;

	/* Not libc's fstat, which may be another system call: the sandbox knows this one. */
	if (syscall(SYS_fstat, host, &st) < 0 || fstatfs(host, &fs) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode) && !(S_ISCHR(st.st_mode) && harmless_device(st.st_rdev)))
		return -EACCES;
	return speaks_of_the_system(fs.f_type) ? -EACCES : 0;
}

/* Opens one way. Returns a host fd that the guest may have, or -errno. */
static int open_one_way(const struct hostfiles *files, const char *path, enum hostfile_way way)
{
	const struct open_how *how = &files->ways[way];
	int tries = 100;
	int host, error;

	/* EAGAIN: something was renamed while ".." was followed, which may have led out. */
	do {
		host = files->openat2 ? syscall(SYS_openat2, files->root, path, how, sizeof(*how))
				      : open(path, how->flags);
	} while (host < 0 && errno == EAGAIN && --tries);
	if (host < 0)
		return -errno;
	error = check(host);
	if (!error)
		return host;
	close(host);
	return error;
}

/* Looks at the file first: to open a device or a FIFO for reading may already do something. */
static int open_checked(const struct hostfiles *files, const char *path)
{
	int host = open_one_way(files, path, HOSTFILE_LOOK);

	if (host < 0)
		return host;
	close(host);
	host = open_one_way(files, path, HOSTFILE_READ);
	/* The open didn't wait; reads, of a terminal, do. Not of an fd that the user gave. */
	if (host > msg_fd)
		fcntl(host, F_SETFL, O_RDONLY);
	return host;
}

void hostfiles_init(struct hostfiles *files, const char *root, bool none, const char *program)
{
	const char *const granted[] = {program, "/dev/urandom", "/dev/random"};

	*files = (struct hostfiles){.root = AT_FDCWD, .ways = in_host};
	/* A structure of no bytes is EINVAL where the call is known. */
	files->openat2 = syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) < 0 && errno == EINVAL;
	/* The program with the rights of the user, before the sandbox drops root's. */
	for (unsigned i = 0; i < (root || none ? HOSTFILE_GRANTS : 1) && program; i++) {
		files->granted[i].path = granted[i];
		files->granted[i].host = open_checked(files, granted[i]);
	}
	files->none = none;
	if (!root)
		return;
	if (!files->openat2)
		die("--root: this kernel has no openat2, which alone keeps paths beneath it");
	files->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (files->root < 0)
		die("--root %s: %m", root);
	files->ways = in_root;
}

int hostfile_open(struct hostfiles *files, const char *path)
{
	for (unsigned i = 0; i < HOSTFILE_GRANTS; i++) {
		int host = files->granted[i].host;

		if (!files->granted[i].path || strcmp(path, files->granted[i].path) != 0)
			continue;
		if (i == HOSTFILE_PROGRAM)
			files->granted[i].path = NULL;
		else if (host >= 0)
			host = fcntl(host, F_DUPFD_CLOEXEC, 0);
		/* The program is what program_find() has found, or isn't to be opened. */
		if (host >= 0 || i == HOSTFILE_PROGRAM || files->none)
			return host;
	}
	return files->none ? -EACCES : open_checked(files, path);
}
