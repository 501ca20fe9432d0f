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
	if (!fs->first)
		kfree(fs);
}

const char *fs_context_cwd(const struct fs_context *fs)
{
	return fs->cwd ? fs->cwd : fs->host_cwd;
}

const char *fs_cwd(void)
{
	return fs_context_cwd(current_fs);
}

int fs_chdir(const char *absolute)
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

int fs_path(struct path *path, const char *text)
{
	return path_make(path, fs_cwd(), current_fs->cwd ? current_fs->cwd : "", true, text);
}
