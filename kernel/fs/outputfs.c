/* SPDX-License-Identifier: MIT */
/* Files of the host that the program may write to, by name. */
#include <linux/magic.h>
#include <linux/stat.h>

#include "../host/hypercall.h"
#include "../lib/string.h"
#include "context.h"
#include "hostcache.h"
#include "keep.h"
#include "output.h"
#include "resolve.h"
#include "tmpfs.h"

unsigned output_count;

static struct path path;
static struct resolved resolved;

bool output_hides(uint64_t dev, uint64_t ino)
{
	for (unsigned i = 0; i < output_count; i++)
		if (outputs[i].hidden_ino == ino && outputs[i].hidden_dev == dev)
			return true;
	return false;
}

int output_find(const char *name)
{
	struct output *output = &outputs[output_count];
	struct hc_stat_result st;
	int error;

	if (output_count == BOOT_OUTPUTS)
		return -ENOSPC;
	output->host = hypercall_open(name);
	if (output->host < 0)
		return output->host;
	error = hypercall_fstat(output->host, &st);
	if (!error)
		error = fs_path(&path, name);
	if (error)
		return error;
	output->name = name;
	output->given = path_keep(path.absolute);
	if (path_resolve(&resolved, &path, FOLLOW_LAST) == 0)
		output->resolved = path_keep(resolved.absolute);
	hostcache_add_writable(output->host, st.dev, st.ino);
	output_count++;
	return output->given ? 0 : -ENAMETOOLONG;
}

/* Is there a directory for this path? In a tmpfs it comes with the mount. */
static bool has_parent(const char *absolute)
{
	static char parent[PATH_MAX];
	struct hc_stat_result st;
	const struct fs_type *type;
	const char *name;
	size_t length;

	length = path_last(absolute, &length) - absolute;
	memcpy(parent, absolute, length);
	parent[length > 1 ? length - 1 : length] = '\0';
	type = mount_find(parent, &name);
	return length == 1 || type == &tmpfs ||
	       (type->stat(name, true, &st) == 0 && S_ISDIR(st.mode));
}

static int mount(struct output *output)
{
	struct hc_stat_result st;
	const struct fs_type *type;
	const char *name;
	const char *point = output->given;

	/* What the host has where a tmpfs hides it isn't to be seen, and in that there is no link.
	 */
	if (mount_find(point, &name) != &tmpfs)
		point = output->resolved;
	if (!point || !has_parent(point))
		return 0;
	type = mount_find(point, &name);
	if (mount_is_point(point))
		return -EBUSY;
	if (type != &tmpfs && type->stat(name, true, &st) == 0) {
		if (S_ISDIR(st.mode))
			return -EISDIR;
		output->hidden_dev = st.dev;
		output->hidden_ino = st.ino;
	}
	if (!mount_add(point, &outputfs))
		return -ENOSPC;
	output->point = point;
	return 0;
}

int output_mount_all(const char **name)
{
	int error = 0;

	for (unsigned i = 0; i < output_count && !error; i++) {
		*name = outputs[i].name;
		error = mount(&outputs[i]);
	}
	return error;
}

/* The output that a path names; below it there is nothing. */
static int find(const char *absolute, struct output **output)
{
	const char *rest;
	const struct mount *at = mount_at(absolute, &rest);

	*output = outputs;
	while ((*output)->point != at->point)
		++*output;
	return *rest ? -ENOTDIR : 0;
}

static int open(struct file **file, const char *name, unsigned flags)
{
	struct output *output;
	int error = find(name, &output);

	return error ? error : output_open(file, output, flags);
}

static int stat(const char *name, bool follow, struct hc_stat_result *st)
{
	struct output *output;
	int error = find(name, &output);

	(void)follow;
	return error ? error : output_stat(output, st);
}

/* What isn't there can't be either: it would lie below the file. */
static int make(const char *name, const struct new_name *new)
{
	struct output *output;
	int error = find(name, &output);

	(void)new;
	return error ? error : -EEXIST;
}

static int make_nameless(struct file **file, const char *directory, const struct new_name *new,
			 unsigned flags)
{
	(void)file, (void)directory, (void)new, (void)flags;
	return -ENOTDIR;
}

/* link(2) to something that is there is -EEXIST before it comes here. */
static int link(const char *from, const char *to)
{
	(void)from, (void)to;
	return -EXDEV;
}

static int link_file(const struct file *file, const char *to)
{
	(void)file, (void)to;
	return -EXDEV;
}

/* A mount point, as on Linux: the file system that its name lies in is read-only, or it is busy. */
static int remove(const char *name, bool directory)
{
	struct output *output;
	const char *rest;
	int error = find(name, &output);

	if (error || directory)
		return -ENOTDIR;
	return mount_above(mount_at(name, &rest))->type->changes ? -EBUSY : -EROFS;
}

static int rename(const char *from, const char *to, unsigned flags)
{
	(void)from, (void)to, (void)flags;
	return -EBUSY;
}

static int change(const char *name, const struct attributes *set)
{
	struct output *output;
	int error = find(name, &output);

	return error ? error : output_set(output, set);
}

/* How much room the host has isn't known: as if there were enough. */
static void fill_room(struct fs_room *room)
{
	const uint64_t many = UINT64_C(1) << 28;

	*room = (struct fs_room){many, many, many, many};
}

static const struct fs_changes changes = {
	.make = make,
	.make_nameless = make_nameless,
	.link = link,
	.link_file = link_file,
	.remove = remove,
	.rename = rename,
	.change = change,
	.room = fill_room,
};

const struct fs_type outputfs = {
	.name = "output",
	.dev = DEV_OUTPUT,
	.devices = BOOT_OUTPUTS,
	.create_error = -ENOTDIR,
	.magic = EXT4_SUPER_MAGIC,
	.whole_paths = true,
	.changes = &changes,
	.open = open,
	.stat = stat,
};
