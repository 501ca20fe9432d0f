/* SPDX-License-Identifier: MIT */
/* The host's files: which of them the guest may open, and how. */
#include "hostfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "msg.h"

/*
 * Never through what /proc has for links: /proc/self/fd/7 is a host fd. The
 * sandbox knows both by their addresses, in memory that can't be written.
 */
static const struct open_how in_host = {
	.flags = HOSTFILE_LOOK,
	.resolve = RESOLVE_NO_MAGICLINKS,
};
static const struct open_how in_root = {
	.flags = HOSTFILE_LOOK,
	.resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT,
};

#define TEN(n) #n "0", #n "1", #n "2", #n "3", #n "4", #n "5", #n "6", #n "7", #n "8", #n "9"
const char hostfile_numbers[HOSTFILE_NUMBERS][4] = {
	TEN(),	 TEN(1),  TEN(2),  TEN(3),  TEN(4),  TEN(5),  TEN(6),  TEN(7),	TEN(8),
	TEN(9),	 TEN(10), TEN(11), TEN(12), TEN(13), TEN(14), TEN(15), TEN(16), TEN(17),
	TEN(18), TEN(19), TEN(20), TEN(21), TEN(22), TEN(23), TEN(24), TEN(25), TEN(26),
};

/* Devices whose open has no effect and whose bytes tell nothing: null, zero, full, random, urandom,
 * and the terminal. Documentation/admin-guide/devices.txt */
static bool harmless_device(dev_t device)
{
	const unsigned memory = 1 << 3 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9;

	return (major(device) == 1 && minor(device) < 10 && memory >> minor(device) & 1) ||
	       (major(device) == 5 && minor(device) == 0);
}

/*
 * Are the regular files of this file system data? Those of a pseudo file
 * system are not: /proc/self/mem is the hypervisor's memory, and the read of
 * others acts. There is no end of these, so all are taken for one but what
 * lies on a device (a pseudo file system has none: its devices have major 0)
 * and the few others that are known to keep data: in memory, on other file
 * systems, over a network, or on several devices.
 */
static bool holds_data(dev_t device, unsigned long magic)
{
	static const uint32_t magics[] = {
		/* memory */
		TMPFS_MAGIC,
		RAMFS_MAGIC,
		HUGETLBFS_MAGIC,
		/* other file systems; the last four: aufs, vboxsf, VMware's and Parallels' folders
		 */
		OVERLAYFS_SUPER_MAGIC,
		ECRYPTFS_SUPER_MAGIC,
		FUSE_SUPER_MAGIC,
		HOSTFS_SUPER_MAGIC,
		EROFS_SUPER_MAGIC_V1,
		0x61756673,
		0x786f4256,
		0xbacbacbc,
		0x7c7c6673,
		/* networks; the last four: Lustre, OrangeFS, BeeGFS, GPFS */
		NFS_SUPER_MAGIC,
		SMB_SUPER_MAGIC,
		CIFS_SUPER_MAGIC,
		SMB2_SUPER_MAGIC,
		V9FS_MAGIC,
		CEPH_SUPER_MAGIC,
		AFS_SUPER_MAGIC,
		AFS_FS_MAGIC,
		CODA_SUPER_MAGIC,
		NCP_SUPER_MAGIC,
		0x0bd00bd0,
		0x20030528,
		0x19830326,
		0x47504653,
		/* several devices, or flash; the last three: bcachefs, ZFS, UBIFS */
		BTRFS_SUPER_MAGIC,
		0xca451a4e,
		0x2fc12fc1,
		0x24051905,
	};

	if (major(device) != 0)
		return true;
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
	if (S_ISREG(st.st_mode))
		return holds_data(st.st_dev, fs.f_type) ? 0 : -EACCES;
	return S_ISCHR(st.st_mode) && harmless_device(st.st_rdev) ? 0 : -EACCES;
}

/* Returns `host` if the guest may have it. Else closes it and returns -errno. */
static int checked(int host)
{
	int error = host < 0 ? -errno : check(host);

	if (!error)
		return host;
	if (host >= 0)
		close(host);
	return error;
}

/* Opens by O_PATH, which touches nothing, what the guest may have. Returns a host fd or -errno. */
static int look_at(const struct hostfiles *files, const char *path)
{
	int tries = 100;
	int host;

	/* EAGAIN: something was renamed while ".." was followed, which may have led out. */
	do {
		host = files->openat2 ? syscall(SYS_openat2, files->root, path, files->look,
						sizeof(*files->look))
				      : syscall(SYS_openat, files->root, path, HOSTFILE_LOOK);
	} while (host < 0 && errno == EAGAIN && --tries);
	return checked(host);
}

/*
 * To open a device or a FIFO for reading may already do something, so the
 * guest's file is looked at first. What was looked at is then opened itself,
 * through the link that /proc has for its fd: by now its path may lead to
 * another. Returns a host fd or -errno.
 */
static int open_checked(struct hostfiles *files, const char *path)
{
	int looked = look_at(files, path);
	int host;

	if (looked < 0)
		return looked;
	if (files->proc < 0) {
		if (!files->told)
			msg("hypervisor: no /proc is mounted, and without it the program can open "
			    "no files\n");
		files->told = true;
		host = -EACCES;
	} else if (looked >= HOSTFILE_NUMBERS) {
		host = -EMFILE;
	} else {
		host = syscall(SYS_openat, files->proc, hostfile_numbers[looked], HOSTFILE_READ);
		host = host < 0 ? -errno : host;
	}
	close(looked);
	return host;
}

/*
 * What the command line names, or the hypervisor needs itself. Without /proc
 * its path is followed twice: that happens once, before the guest runs.
 */
static int open_granted(struct hostfiles *files, const char *path)
{
	int looked, host;

	if (files->proc >= 0)
		return open_checked(files, path);
	looked = look_at(files, path);
	if (looked < 0)
		return looked;
	close(looked);
	host = checked(open(path, HOSTFILE_READ | O_NONBLOCK));
	if (host >= 0)
		fcntl(host, F_SETFL, O_RDONLY);
	return host;
}

/* A proc file system of this process's own, for who has the right to mount one. An fd, or -1. */
static int mount_proc(void)
{
	int context = syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);
	int mount = -1;

	if (context >= 0 && syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	if (context >= 0)
		close(context);
	return mount;
}

/* The directory that has a link for each fd of this process. An fd, or -1. */
static int open_own_fds(void)
{
	int fds = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	int mount;

	/* It is the kernel's, not a directory of somebody else's in its place. */
	if (fds >= 0 && fstatfs(fds, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC)
		return fds;
	if (fds >= 0)
		close(fds);
	mount = mount_proc();
	if (mount < 0)
		return -1;
	fds = openat(mount, "self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	close(mount);
	return fds;
}

void hostfiles_init(struct hostfiles *files, const char *root, bool none, const char *program)
{
	const char *const granted[] = {program, "/dev/urandom", "/dev/random"};
	char shown[PATH_MAX];

	*files = (struct hostfiles){.root = AT_FDCWD, .look = &in_host};
	/* A structure of no bytes is EINVAL where the call is known. */
	files->openat2 = syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) < 0 && errno == EINVAL;
	files->proc = open_own_fds();
	/* The program with the rights of the user, before the sandbox drops root's. */
	for (unsigned i = 0; i < (root || none ? HOSTFILE_GRANTS : 1) && program; i++) {
		files->granted[i].path = granted[i];
		files->granted[i].host = open_granted(files, granted[i]);
	}
	files->none = none;
	if (!root)
		return;
	if (!files->openat2)
		die("--root: this kernel has no openat2, which alone keeps paths beneath it");
	files->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (files->root < 0)
		die("--root %s: %m", escape(shown, sizeof(shown), root, strlen(root)));
	files->look = &in_root;
}

/* A host fd more for what is open, or -errno. */
static int duplicate(int host)
{
	int copy = fcntl(host, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
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
			host = duplicate(host);
		/* The program is what program_find() has found, or isn't to be opened. */
		if (host >= 0 || i == HOSTFILE_PROGRAM || files->none)
			return host;
	}
	return files->none ? -EACCES : open_checked(files, path);
}
