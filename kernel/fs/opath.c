/* SPDX-License-Identifier: MIT */
/* Files opened with O_PATH. */
#include "opath.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "mount.h"

struct opath {
	struct file file;	  /* first */
	struct hc_stat_result st; /* when it was opened */
};

/* What the name leads to by now, if that is the same file; else as it was. */
static int opath_stat(struct file *file, struct hc_stat_result *st)
{
	static char path[PATH_MAX];
	const struct hc_stat_result *then = &((struct opath *)file)->st;
	const struct fs_type *type;
	const char *name;
	int error = -ENOENT;

	if (file->path) {
		memcpy(path, file->path, strlen(file->path) + 1);
		type = mount_find(path, &name);
		error = type->stat(name, !S_ISLNK(file->mode), st);
	}
	if (error || st->dev != then->dev || st->ino != then->ino)
		*st = *then;
	return 0;
}

/* Changes what has the name by now, if that is the same file. */
static int opath_change(struct file *file, const struct attributes *set)
{
	struct hc_stat_result st;
	const struct fs_type *type;
	const char *name;
	int error = file->path ? 0 : -EROFS;

	if (error)
		return error;
	type = mount_find(file->path, &name);
	if (!type->changes)
		return -EROFS;
	error = type->stat(name, false, &st);
	if (!error && (st.dev != file->dev || st.ino != file->ino))
		error = -ENOENT;
	return error ? error : type->changes->change(name, set);
}

static void opath_release(struct file *file)
{
	kfree(file);
}

static const struct file_ops opath_ops = {
	.stat = opath_stat, .change = opath_change, .release = opath_release};

int opath_new(struct file **opened, const struct hc_stat_result *st, unsigned flags)
{
	struct opath *file = kmalloc(sizeof(*file));

	if (!file)
		return -ENOMEM;
	file_init(&file->file, &opath_ops, st->mode, flags & OPATH_FLAGS & ~O_CLOEXEC);
	file->file.dev = st->dev;
	file->file.ino = st->ino;
	file->st = *st;
	*opened = &file->file;
	return 0;
}
