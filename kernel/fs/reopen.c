/* SPDX-License-Identifier: MIT */
/*
 * The program's own fds, opened by name. Linux opens the file again. So does
 * this with a regular file that is to be read: it gets an offset of its own. Any
 * other file is shared, as by dup(2).
 */
#include "reopen.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../host/hypercall.h"
#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "devfs.h"
#include "fdtable.h"
#include "mount.h"
#include "opath.h"
#include "resolve.h"
#include "terminal.h"

/* A file that was opened once more. It reads through the original, which has the host's fd. */
struct reopened {
	struct file file; /* first */
	struct file *original;
};

static struct file *original(struct file *file)
{
	return ((struct reopened *)file)->original;
}

static int64_t reopened_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes,
				    int64_t offset, bool to_user)
{
	return file_transfer_at(original(file), buffer, bytes, offset, to_user);
}

static int64_t reopened_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	return file_moved(file, reopened_transfer_at(file, buffer, bytes, file->offset, true));
}

static int64_t reopened_size(struct file *file)
{
	return file_size(original(file));
}

static int64_t reopened_seek(struct file *file, int64_t offset, unsigned whence)
{
	int64_t size = whence == SEEK_END ? reopened_size(file) : 0;

	return size < 0 ? size : file_seek_sized(file, size, offset, whence);
}

static int reopened_map(struct file *file, struct cache **cache)
{
	return file_map(original(file), cache);
}

static void reopened_release(struct file *file)
{
	file_put(original(file));
	kfree(file);
}

static int reopened_stat(struct file *file, struct hc_stat_result *st)
{
	return file_stat(original(file), st);
}

static const struct file_ops reopened_ops = {
	.read = reopened_read,
	.transfer_at = reopened_transfer_at,
	.seek = reopened_seek,
	.size = reopened_size,
	.stat = reopened_stat,
	.map = reopened_map,
	.ioctl = file_regular_ioctl,
	.release = reopened_release,
	.prompt = true,
};

/* A file gets the path of the original. 0; or an errno, and the file is closed. */
static int keep_path(struct file *file, const struct file *there)
{
	int error = there->path && !file->path ? file_set_path(file, there->path) : 0;

	file->resolved = there->resolved;
	if (error)
		file_put(file);
	return error;
}

static int reopen(struct file **opened, struct file *there, unsigned flags)
{
	struct reopened *file;

	if (there->ops == &reopened_ops)
		there = original(there);
	if (file_check_access(there, true) < 0)
		return -EACCES;
	file = kmalloc(sizeof(*file));
	if (!file)
		return -ENOMEM;
	file_init(&file->file, &reopened_ops, there->mode, OPEN_KEPT(flags));
	file->file.dev = there->dev;
	file->file.ino = there->ino;
	file->original = there;
	file_get(there);
	*opened = &file->file;
	return keep_path(*opened, there);
}

/*
 * Opens a file by its path: one that isn't open for I/O, or a directory, whose offset isn't to be
 * shared. Only the file system in which the path lies is asked: if a part of the path has become
 * a link since, it doesn't lead back to a file system of ours.
 */
static int open_again(struct file **opened, const struct file *there, unsigned flags)
{
	static char path[PATH_MAX];
	const char *name;
	const struct fs_type *type;
	int error;

	if (S_ISLNK(there->mode))
		return -ELOOP;
	memcpy(path, there->path, strlen(there->path) + 1);
	type = mount_find(path, &name);
	error = type->open(opened, name, flags);
	return error ? error : keep_path(*opened, there);
}

/* Opens it with O_PATH: the new file only names it. */
static int name_again(struct file **opened, struct file *there, unsigned flags)
{
	struct hc_stat_result st;
	int error = file_stat(there, &st);

	if (!error)
		error = opath_new(opened, &st, flags);
	return error ? error : keep_path(*opened, there);
}

int reopen_file(struct file **opened, struct file *there, unsigned flags)
{
	int error;

	if (flags & O_PATH)
		return name_again(opened, there, flags);
	if (there->ops->reopen) {
		error = there->ops->reopen(opened, there, flags);
		return error ? error : keep_path(*opened, there);
	}
	if (there->path && (S_ISDIR(there->mode) || there->flags & O_PATH))
		return open_again(opened, there, flags);
	/* It has no path: only the fd that it was opened by leads to it. */
	if (there->flags & O_PATH)
		return -ENXIO;
	if (there->ops->anonymous || S_ISSOCK(there->mode))
		return -ENXIO;
	if (S_ISREG(there->mode) && !OPEN_WRITES(flags & ~O_CREAT))
		return reopen(opened, there, flags);
	file_get(there);
	*opened = there;
	return 0;
}

/* A file that was open before the program began has no path. A device has its name in /dev. */
static void show_nameless(struct text *text, struct file *file)
{
	struct hc_stat_result st;
	const char *device = file->ops->anonymous;

	if (file_stat(file, &st) < 0)
		st = (struct hc_stat_result){.mode = file->mode, .ino = file->ino};
	if (S_ISFIFO(st.mode) || S_ISSOCK(st.mode)) {
		text_format(text, "%s:[%lu]", S_ISFIFO(st.mode) ? "pipe" : "socket", st.ino);
		return;
	}
	if (!device && S_ISCHR(st.mode)) {
		device = devfs_name((st.rdev >> 32) << 8 | (uint32_t)st.rdev);
		if (!device && terminal_is_controlling(file))
			device = "/dev/tty";
	}
	text_string(text, device ? device : "(unreachable)");
}

/* The path without links, if that can be told. */
static const char *shown_path(const struct file *there)
{
	static struct path path;
	static struct resolved resolved;

	if (there->resolved || path_make(&path, "", "", true, there->path) < 0 ||
	    path_resolve(&resolved, &path, S_ISLNK(there->mode) ? FOLLOW_NOT : FOLLOW_LAST) < 0)
		return there->path;
	return resolved.absolute;
}

void reopen_show(struct text *text, struct file *there)
{
	if (there->path && file_update_path(there) == -ENOENT)
		text_format(text, "%s (deleted)", there->path);
	else if (there->path)
		text_string(text, shown_path(there));
	else
		show_nameless(text, there);
}
