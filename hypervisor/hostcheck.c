/* SPDX-License-Identifier: MIT */
/* Which of the host's files the guest may have: by what they are, not by their names. */
#include "hostcheck.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/major.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

const char hostcheck_itself[1] = "";

int hostcheck_stat(int host, struct statx *st)
{
	/* Not libc's, which may be another system call: the sandbox knows this one. */
	if (syscall(SYS_statx, host, hostcheck_itself, AT_EMPTY_PATH,
		    STATX_BASIC_STATS | STATX_BTIME, st) < 0)
		return -errno;
	return 0;
}

/*
 * Devices whose open has no effect and whose bytes tell nothing: null, zero, full, random, urandom,
 * and the terminal. Documentation/admin-guide/devices.txt
 */
static bool harmless_device(const struct statx *st)
{
	const unsigned memory = 1 << 3 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9;

	if (st->stx_rdev_major == MEM_MAJOR)
		return st->stx_rdev_minor < 10 && memory >> st->stx_rdev_minor & 1;
	return st->stx_rdev_major == TTYAUX_MAJOR && st->stx_rdev_minor == 0;
}

/*
 * Does a file system of this type keep data? A pseudo file system doesn't: /proc/self/mem is the
 * hypervisor's memory, the read of another file has an effect, and all of them tell of the host's
 * processes. There are too many to list. So the list is of those that keep data: in memory, on
 * other file systems, over a network, or on several devices.
 */
static bool keeps_data(unsigned long magic)
{
	static const uint32_t magics[] = {
		/* memory */
		TMPFS_MAGIC,
		RAMFS_MAGIC,
		HUGETLBFS_MAGIC,
		/*
		 * other file systems; the last four: aufs, vboxsf, VMware's and Parallels' folders
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

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (magic == magics[i])
			return true;
	return false;
}

int hostcheck_tell(int host, const struct statx *st)
{
	struct statfs fs;

	/* On a disk. A pseudo file system has the major number 0. */
	if (st->stx_dev_major != 0)
		return 0;
	if (fstatfs(host, &fs) < 0)
		return -errno;
	return keeps_data(fs.f_type) ? 0 : -EACCES;
}

int hostcheck_open(int host)
{
	struct statx st;
	int error = hostcheck_stat(host, &st);

	if (error)
		return error;
	switch (st.stx_mode & S_IFMT) {
	case S_IFREG:
	case S_IFDIR:
		return hostcheck_tell(host, &st);
	case S_IFCHR:
		return harmless_device(&st) ? 0 : -EACCES;
	default:
		return -EACCES;
	}
}
