/* SPDX-License-Identifier: MIT */
/* File systems, and where they are mounted. */
#include "mount.h"

#include <linux/magic.h>
#include <linux/stat.h>

#include "path.h"

static const struct mount *mounts;

void mount_init(const struct mount *table)
{
	mounts = table;
}

const struct fs_type *mount_find(const char *absolute, const char **name)
{
	const struct mount *mount = mounts;

	while (!(*name = path_below(absolute, mount->point)))
		mount++;
	return mount->type;
}

const struct fs_type *mount_root(void)
{
	const struct mount *mount = mounts;

	while (*mount->point)
		mount++;
	return mount->type;
}

const struct fs_type *mount_of_device(uint64_t dev)
{
	const struct mount *mount = mounts;

	while (*mount->point && mount->type->dev != dev)
		mount++;
	return mount->type;
}

static int empty_open(struct file **file, const char *name, unsigned flags)
{
	(void)file, (void)name;
	return open_absent(flags);
}

static int empty_stat(const char *name, bool follow, struct hc_stat_result *st)
{
	(void)name, (void)follow, (void)st;
	return -ENOENT;
}

const struct fs_type emptyfs = {
	.dev = DEV_SYSFS,
	.magic = SYSFS_MAGIC,
	.open = empty_open,
	.stat = empty_stat,
};
