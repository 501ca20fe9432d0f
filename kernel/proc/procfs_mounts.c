/* SPDX-License-Identifier: MIT */
/* /proc: which file systems there are, and where. */
#include "procfs.h"

#define OPTIONS(type) ((type)->dev ? "rw,relatime" : "ro,nosuid,nodev,relatime")

/* What stands where other systems name a disk. */
static const char *source_of(const struct fs_type *type)
{
	return type->dev ? type->name : "/dev/root";
}

static const char *point_of(const struct mount *mount)
{
	return *mount->point ? mount->point : "/";
}

/* The mounts in an order in which none is below a later one: from the table's end, the root. */
static const struct mount *next_mount(const struct mount *mount)
{
	if (mount)
		return mount == mount_table() ? NULL : mount - 1;
	mount = mount_table();
	while (*mount->point)
		mount++;
	return mount;
}

/* Is it the first of its type in the table? */
static bool is_first(const struct mount *mount)
{
	const struct mount *other = mount_table();

	while (other->type != mount->type)
		other++;
	return other == mount;
}

int procfs_filesystems(struct text *text, const struct tree_at *at)
{
	(void)at;
	for (const struct mount *mount = NULL; (mount = next_mount(mount));)
		if (is_first(mount))
			text_format(text, "%s\t%s\n", mount->type->dev ? "nodev" : "",
				    mount->type->name);
	return 0;
}

int procfs_mounts(struct text *text, const struct tree_at *at)
{
	const struct mount *mount = NULL;

	(void)at;
	while ((mount = next_mount(mount)))
		text_format(text, "%s %s %s %s 0 0\n", source_of(mount->type), point_of(mount),
			    mount->type->name, OPTIONS(mount->type));
	return 0;
}

int procfs_mountinfo(struct text *text, const struct tree_at *at)
{
	const struct mount *mount = NULL;
	struct hc_stat_result st;
	unsigned id = 1;

	(void)at;
	for (; (mount = next_mount(mount)); id++) {
		st.dev = mount->type->dev;
		if (mount->type->whole_paths && mount->type->stat(point_of(mount), true, &st) < 0)
			st.dev = DEV_UNKNOWN;
		/* The root is number 1, and its own parent. */
		text_format(text, "%u 1 %lu:%lu / %s %s - %s %s %s\n", id, st.dev >> 32,
			    st.dev & UINT32_MAX, point_of(mount), OPTIONS(mount->type),
			    mount->type->name, source_of(mount->type),
			    mount->type->dev ? "rw" : "ro");
	}
	return 0;
}
