/* SPDX-License-Identifier: MIT */
/* File systems, and where they are mounted. All are read-only. */
#ifndef MOUNT_H
#define MOUNT_H

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "file.h"

/*
 * A file system. A `name` is what follows the mount point in an absolute path: "" or
 * "/...", with no link but perhaps the last part, no ".." and no slash at its end. In the file
 * system of the root it may be any text that the host can resolve, in the low 2 MiB.
 * Each operation returns 0 or more, or a negative errno.
 */
struct fs_type {
	const char *name; /* as /proc/filesystems has it */
	uint64_t dev;	  /* st_dev of what lies in it, as hc_stat_result has it; 0: the host's */
	uint64_t magic;	  /* f_type of statfs(2): linux/magic.h */
	int create_error; /* why no name can be made in it: an errno */
	/*
	 * Opens a name with flags of open(2). A link that is no path() is followed; only of such a
	 * one O_PATH is asked for. Sets *file, with one reference.
	 */
	int (*open)(struct file **file, const char *name, unsigned flags);
	/* What the name is; with `follow`, what a link that is no path() leads to. */
	int (*stat)(const char *name, bool follow, struct hc_stat_result *st);
	/*
	 * Copies the text of a symbolic link, up to PATH_MAX bytes without a NUL, to `to`, in the
	 * kernel's image. Returns its length; -EINVAL: the name is no link. NULL: there are none.
	 */
	int (*readlink)(const char *name, char *to);
	/*
	 * Is the text of this link the path of what it leads to? That of /proc/self/fd/N isn't:
	 * the file system itself follows it. NULL: it always is.
	 */
	bool (*path)(const char *name);
};

struct mount {
	const char *point; /* an absolute path; the root is "" */
	const struct fs_type *type;
};

/* The table of mounts, which ends with the root. */
const struct mount *mount_table(void);

/* Sets the table of mounts. It is searched in order, and ends with the root. */
void mount_init(const struct mount *mounts);

/* The file system of an absolute path; sets *name to the part behind the mount point. */
const struct fs_type *mount_find(const char *absolute, const char **name);

/* That of the root, which is the host's. */
const struct fs_type *mount_root(void);

/* The file system whose files have this st_dev; the root's, if no other. */
const struct fs_type *mount_of_device(uint64_t dev);

/* st_dev of file systems that aren't the host's: Linux gives those without a device major 0. */
#define PSEUDO_DEVICE(n) (UINT64_C(0xfff00) + (n))
#define DEV_UNKNOWN	 PSEUDO_DEVICE(0) /* the host doesn't tell */
#define DEV_PIPE	 PSEUDO_DEVICE(1)
#define DEV_DEVFS	 PSEUDO_DEVICE(2)
#define DEV_PROCFS	 PSEUDO_DEVICE(3)
#define DEV_SYSFS	 PSEUDO_DEVICE(4)
#define DEV_ANONYMOUS	 PSEUDO_DEVICE(8)
#define DEV_SOCKET	 PSEUDO_DEVICE(9)
#define DEV_MQUEUE	 PSEUDO_DEVICE(16)

/* The errno of opening a name that isn't there. */
static inline int open_absent(unsigned flags)
{
	return flags & O_CREAT ? -EROFS : -ENOENT;
}

#endif
