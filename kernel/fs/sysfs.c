/* SPDX-License-Identifier: MIT */
/* /sys: which CPUs there are, for C libraries count them there. */
#include "sysfs.h"

#include <linux/magic.h>

#include "tree.h"

#define ONE_CPU .mode = TREE_FILE, .show = tree_show_data, .data = "0\n"

static const struct tree_node cpu[] = {
	{.name = "online", ONE_CPU},
	{.name = "possible", ONE_CPU},
	{.name = "present", ONE_CPU},
	{0},
};

static const struct tree_node system[] = {
	{.name = "cpu", .mode = TREE_DIRECTORY, .children = cpu},
	{0},
};

static const struct tree_node devices[] = {
	{.name = "system", .mode = TREE_DIRECTORY, .children = system},
	{0},
};

static const struct tree_node top[] = {
	{.name = "devices", .mode = TREE_DIRECTORY, .children = devices},
	{0},
};

static const struct tree_node root = {.mode = TREE_DIRECTORY, .children = top};
static const struct tree tree = {DEV_SYSFS, &root};

static int sysfs_open(struct file **file, const char *name, unsigned flags)
{
	return tree_open(&tree, file, name, flags);
}

static int sysfs_stat(const char *name, bool follow, struct hc_stat_result *st)
{
	return tree_stat(&tree, name, follow, st);
}

const struct fs_type sysfs = {
	.name = "sysfs",
	.dev = DEV_SYSFS,
	.magic = SYSFS_MAGIC,
	.create_error = -EROFS,
	.open = sysfs_open,
	.stat = sysfs_stat,
};
