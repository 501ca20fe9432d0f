/* SPDX-License-Identifier: MIT */
/* Paths that are kept: small ones from kmalloc(), others in a page frame. */
#include "keep.h"

#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../x86/direct_map.h"

char *path_keep(const char *path)
{
	size_t bytes = strlen(path) + 1;
	paddr_t frame = 0;
	char *copy;

	if (bytes > FRAME_SIZE)
		return NULL;
	if (bytes > KMALLOC_MAX)
		frame = frame_alloc();
	copy = frame ? phys_to_virt(frame) : kmalloc(bytes);
	return copy ? memcpy(copy, path, bytes) : NULL;
}

/* noinline: who closes a file most often has none to drop. */
__attribute__((noinline)) void path_drop(char *path)
{
	if (strlen(path) + 1 > KMALLOC_MAX)
		frame_put(virt_to_phys(path));
	else
		kfree(path);
}
