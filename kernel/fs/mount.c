/* SPDX-License-Identifier: MIT */
/* File systems, and where they are mounted. */
#include "mount.h"

#include "path.h"

static const struct mount *mounts;
static const struct fs_type *root;

void mount_init(const struct mount *table)
{
	mounts = table;
	while (*table->point)
		table++;
	root = table->type;
}

const struct mount *mount_table(void)
{
	return mounts;
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
	return root;
}

const struct fs_type *mount_of_device(uint64_t dev)
{
	const struct mount *mount = mounts;

	while (*mount->point && mount->type->dev != dev)
		mount++;
	return mount->type;
}
