/* SPDX-License-Identifier: MIT */
/* /proc. The host's isn't passed through: it tells of the hypervisor, not of the program. */
#include "procfs.h"

#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/stat.h>

#include "../fs/reopen.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "process.h"

#define EXE "/self/exe"
#define FDS "/self/fd/"

static bool is_fd(const char *name)
{
	return memcmp(name, FDS, strlen(FDS)) == 0;
}

static int procfs_open(struct file **file, const char *name, unsigned flags)
{
	return is_fd(name) ? reopen_fd(file, name + strlen(FDS), flags) : open_absent(flags);
}

static int procfs_stat(const char *name, bool follow, struct hc_stat_result *st)
{
	if (is_fd(name) && follow)
		return reopen_stat(name + strlen(FDS), st);
	*st = (struct hc_stat_result){.dev = DEV_PROCFS, .nlink = 1, .blksize = FILE_BLOCK};
	if (!*name) {
		st->ino = 1;
		st->mode = S_IFDIR | 0555;
		st->nlink = 2;
	} else if (strcmp(name, EXE) == 0 || is_fd(name)) {
		st->ino = file_ino(name);
		st->mode = S_IFLNK | 0777;
	} else {
		return -ENOENT;
	}
	return 0;
}

static int procfs_readlink(const char *name, char *to)
{
	const char *text = NULL;
	size_t length;

	if (strcmp(name, EXE) == 0)
		text = process_path();
	else if (is_fd(name))
		text = reopen_text(name + strlen(FDS));
	if (!text)
		return *name ? -ENOENT : -EINVAL;
	length = min(strlen(text), PATH_MAX);
	memcpy(to, text, length);
	return length;
}

static bool procfs_path(const char *name)
{
	return !is_fd(name);
}

const struct fs_type procfs = {
	.dev = DEV_PROCFS,
	.magic = PROC_SUPER_MAGIC,
	.open = procfs_open,
	.stat = procfs_stat,
	.readlink = procfs_readlink,
	.path = procfs_path,
};
