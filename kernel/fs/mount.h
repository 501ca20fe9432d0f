/* SPDX-License-Identifier: MIT */
/* File systems, and where they are mounted. */
#ifndef MOUNT_H
#define MOUNT_H

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <stdbool.h>

#include "attributes.h"
#include "file.h"

/* What a new name is to lead to. */
struct new_name {
	uint32_t mode;	    /* st_mode, the umask taken off */
	uint32_t rdev;	    /* as struct file has it */
	const char *target; /* of a symbolic link */
};

/* What statfs(2) tells of how much there is, in blocks of FILE_BLOCK. */
struct fs_room {
	uint64_t blocks, blocks_free, files, files_free;
};

/*
 * How a file system is changed: operations on the names that struct fs_type has. No last part
 * that is a link is followed.
 */
struct fs_changes {
	/* Makes a name, which isn't there yet: -EEXIST. */
	int (*make)(const char *name, const struct new_name *new);
	/* Makes a file without a name, and opens it: O_TMPFILE, of open(2). */
	int (*make_nameless)(struct file **file, const char *directory, const struct new_name *new,
			     unsigned flags);
	/* Makes another name for what a name, or an open file, is. -EXDEV: not here. */
	int (*link)(const char *from, const char *to);
	int (*link_file)(const struct file *file, const char *to);
	/* unlink(2), or rmdir(2). */
	int (*remove)(const char *name, bool directory);
	/* renameat2(2), with flags that go together. */
	int (*rename)(const char *from, const char *to, unsigned flags);
	/* Changes attributes. */
	int (*change)(const char *name, const struct attributes *set);
	void (*room)(struct fs_room *room);
};

/*
 * A file system. A `name` is what follows the mount point in an absolute path: "" or
 * "/...", with no link but perhaps the last part, no ".." and no slash at its end. In the file
 * system of the root it may be any text that the host can resolve, in the low 2 MiB.
 * Each operation returns 0 or more, or a negative errno.
 */
struct fs_type {
	const char *name; /* as /proc/filesystems has it */
	uint64_t dev;	  /* st_dev of what lies in it, as hc_stat_result has it; 0: the host's */
	unsigned devices; /* it has so many of them, from that one on; 0 is one */
	uint64_t magic;	  /* f_type of statfs(2): linux/magic.h */
	int create_error; /* without `changes`: why no name can be made in it, an errno */
	bool whole_paths; /* a `name` isn't cut off: it is the absolute path */
	const struct fs_changes *changes; /* NULL: it is read-only */
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

#define MOUNTS_MAX 64

/* The table of mounts. It is searched in order, and ends with the root. */
const struct mount *mount_table(void);

/* Sets the table, to a copy. */
void mount_init(const struct mount *mounts);

/*
 * Mounts a file system of whole paths, or the root's, at a further point, which is kept. False:
 * something is mounted there, or there are MOUNTS_MAX. Not after a file was opened.
 */
bool mount_add(const char *point, const struct fs_type *type);

/* The mount of an absolute path; sets *rest to what follows its point. */
const struct mount *mount_at(const char *absolute, const char **rest);

/* The mount in which the point of another lies. */
const struct mount *mount_above(const struct mount *mount);

/* Is something mounted at this absolute path? */
bool mount_is_point(const char *absolute);

/* Is something mounted below it? */
bool mount_has_below(const char *absolute);

/* The file system of an absolute path; sets *name to what that calls it. */
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
#define DEV_MEMFD	 PSEUDO_DEVICE(10)
#define DEV_OUTPUT	 PSEUDO_DEVICE(24) /* and those after it, one for each file */
#define DEV_TMPFS	 PSEUDO_DEVICE(32) /* and those after it, one for each mount */

/* The errno of opening a name that isn't there. */
static inline int open_absent(unsigned flags)
{
	return flags & O_CREAT ? -EROFS : -ENOENT;
}

#endif
