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

static int open_path(const struct hostfiles *files, const char *path, enum hostfile_open kind)
{
	int host;
	int tries = 100;

	if (!files->openat2)
		return open(path, kind == HOSTFILE_LOOK ? LOOK : READ);
	/* EAGAIN: something was renamed while ".." was followed, which may have led out. */
	do {
		host = syscall(SYS_openat2, files->root, path, &files->how[kind],
			       sizeof(files->how[kind]));
	} while (host < 0 && errno == EAGAIN && --tries);
	return host;
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

/* Opens a file for reading if the guest may have it. Returns the host fd or -errno. */
static int open_checked(const struct hostfiles *files, const char *path)
{
	int host = open_path(files, path, HOSTFILE_LOOK);
	int error;

	/* Looked at first: to open a device or a FIFO may already do something. */
	if (host < 0)
		return -errno;
	error = check_file(host);
	close(host);
	if (error)
		return error;
	host = open_path(files, path, HOSTFILE_READ);
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
	return host;
}

void hostfiles_init(struct hostfiles *files, const char *root, bool none, const char *program)
{
	const char *const granted[] = {program, "/dev/urandom"};

	*files = (struct hostfiles){.root = AT_FDCWD, .how = in_host};
	/* A structure of no bytes is EINVAL where the call is known. */
	files->openat2 = syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) < 0 && errno == EINVAL;
	if (!root && !none)
		return;
	for (unsigned i = 0; i < HOSTFILE_GRANTS; i++) {
		files->granted[i].path = granted[i];
		files->granted[i].host = granted[i] ? open_checked(files, granted[i]) : -1;
	}
	files->none = none;
	if (!root || none)
		return;
	if (!files->openat2)
		die("--root: this kernel has no openat2, nothing else keeps paths beneath a "
		    "directory");
	files->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (files->root < 0)
		die("--root %s: %m", root);
	files->how = in_root;
}

int hostfile_open(struct hostfiles *files, const char *path)
{
	for (unsigned i = 0; i < HOSTFILE_GRANTS; i++) {
		int host = files->granted[i].host;

		if (!files->granted[i].path || strcmp(path, files->granted[i].path) != 0)
			continue;
		files->granted[i].path = NULL;
		if (host >= 0 || files->none)
			return host;
	}
	return files->none ? -EACCES : open_checked(files, path);
}
