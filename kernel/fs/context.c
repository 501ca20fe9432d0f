/* SPDX-License-Identifier: MIT */
/* What a process sees of the file system: its working directory and umask. */
#include "context.h"

#include <asm/errno.h>

#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../x86/direct_map.h"

struct fs_context *current_fs;

void fs_context_init(struct fs_context *fs, const char *host_cwd)
{
	fs->refs = 1;
	fs->first = true;
	fs->umask = 022;
	fs->host_cwd = host_cwd && strlen(host_cwd) < PATH_MAX ? host_cwd : "";
}

struct fs_context *fs_context_copy(const struct fs_context *fs)
{
	struct fs_context *copy = kmalloc(sizeof(*copy));
	paddr_t frame = fs->cwd ? frame_alloc() : 0;

	if (!copy || (fs->cwd && !frame)) {
		kfree(copy);
		if (frame)
			frame_put(frame);
		return NULL;
	}
	*copy = *fs;
	copy->refs = 1;
	copy->first = false;
	if (copy->directory)
		file_get(copy->directory);
	if (fs->cwd)
		copy->cwd = memcpy(phys_to_virt(frame), fs->cwd, strlen(fs->cwd) + 1);
	return copy;
}

void fs_context_get(struct fs_context *fs)
{
	fs->refs++;
}

void fs_context_put(struct fs_context *fs)
{
	if (--fs->refs)
		return;
	if (fs->cwd)
		frame_put(virt_to_phys(fs->cwd));
	if (fs->directory)
		file_put(fs->directory);
	if (!fs->first)
		kfree(fs);
}

/* Was its working directory removed? Else the path of that is what it is now. */
static bool is_removed(const struct fs_context *fs)
{
	if (!fs->directory)
		return false;
	if (file_update_path(fs->directory) == -ENOENT)
		return true;
	memcpy(fs->cwd, fs->directory->path, strlen(fs->directory->path) + 1);
	return false;
}

const char *fs_context_cwd(const struct fs_context *fs)
{
	if (is_removed(fs))
		return "";
	return fs->cwd ? fs->cwd : fs->host_cwd;
}

const char *fs_cwd(void)
{
	return fs_context_cwd(current_fs);
}

static int set_cwd(const char *absolute)
{
	size_t bytes = strlen(absolute) + 1;
	uint64_t frame;

	if (bytes > PATH_MAX)
		return -ENAMETOOLONG;
	if (!current_fs->cwd) {
		frame = frame_alloc();
		if (!frame)
			return -ENOMEM;
		current_fs->cwd = phys_to_virt(frame);
	}
	memcpy(current_fs->cwd, absolute, bytes);
	return 0;
}

int fs_chdir(const char *absolute, struct file *directory)
{
	struct file *before = current_fs->directory;
	int error = set_cwd(absolute);

	if (!error)
		current_fs->directory = directory;
	else
		before = directory;
	if (before)
		file_put(before);
	return error;
}

int fs_path(struct path *path, const char *text)
{
	if (text[0] != '/' && is_removed(current_fs))
		return -ENOENT;
	return path_make(path, fs_cwd(), current_fs->cwd ? current_fs->cwd : "", true, text);
}
