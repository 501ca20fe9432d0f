/* SPDX-License-Identifier: MIT */
/* File systems, and where they are mounted. */
#include "mount.h"

#include "../lib/string.h"
#include "path.h"

static struct mount mounts[MOUNTS_MAX];
static unsigned count; /* the root, which is the last, among them */

void mount_init(const struct mount *table)
{
	count = 0;
	do
		mounts[count++] = *table;
	while (*table++->point);
}

static const struct mount *root_mount(void)
{
	return &mounts[count - 1];
}

/* In front of those that it may lie below: these are shorter. */
bool mount_add(const char *point, const struct fs_type *type)
{
	unsigned at = 0;

	if (count == MOUNTS_MAX || mount_is_point(point))
		return false;
	while (strlen(mounts[at].point) > strlen(point))
		at++;
	for (unsigned i = count; i > at; i--)
		mounts[i] = mounts[i - 1];
	mounts[at] = (struct mount){point, type};
	count++;
	return true;
}

const struct mount *mount_table(void)
{
	return mounts;
}

const struct mount *mount_at(const char *absolute, const char **rest)
{
	const struct mount *mount = mounts;

	while (!(*rest = path_below(absolute, mount->point)))
		mount++;
	return mount;
}

const struct fs_type *mount_find(const char *absolute, const char **name)
{
	const struct fs_type *type = mount_at(absolute, name)->type;

	if (type->whole_paths)
		*name = absolute;
	return type;
}

const struct mount *mount_above(const struct mount *mount)
{
	const struct mount *above = mount + 1;

	while (!path_below(mount->point, above->point))
		above++;
	return above;
}

bool mount_is_point(const char *absolute)
{
	const char *rest;

	(void)mount_at(absolute, &rest);
	return !*rest;
}

bool mount_has_below(const char *absolute)
{
	for (const struct mount *mount = mounts; *mount->point; mount++)
		if (path_below(mount->point, absolute))
			return true;
	return false;
}

const struct fs_type *mount_root(void)
{
	return root_mount()->type;
}

const struct fs_type *mount_of_device(uint64_t dev)
{
	const struct mount *mount = mounts;

	while (*mount->point && dev != mount->type->dev &&
	       dev - mount->type->dev >= mount->type->devices)
		mount++;
	return mount->type;
}
