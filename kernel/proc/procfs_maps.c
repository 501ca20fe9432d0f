/* SPDX-License-Identifier: MIT */
/* /proc/PID/maps: the areas of a program's address space. */
#include <asm/errno.h>
#include <linux/mman.h>

#include "../fs/hostcache.h"
#include "../fs/hostfs.h"
#include "../fs/tmpfs.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../mm/paging.h"
#include "../mm/space.h"
#include "process.h"
#include "procfs.h"

#define NAME_COLUMN 73 /* as on Linux */

/* The name of a file that is mapped, without links: the first time they are followed. */
static const char *mapped_name(struct cache *cache)
{
	const char *name, *found;
	bool is_resolved;

	if (cache_is_memory(cache))
		return tmpfs_shown_path(cache);
	name = hostcache_name(cache, &is_resolved);
	found = name && !is_resolved ? procfs_resolve(name) : NULL;
	if (!found)
		return name;
	hostcache_set_name(cache, found, true);
	return hostcache_name(cache, &is_resolved);
}

/* The file of an area of VMA_IMAGE: pages of a program that aren't the page cache's. */
static struct area_file image_file(struct program *program, const struct vma *v)
{
	const struct elf_plan *plan = &program->image;
	struct area_file file = {.name = procfs_exe(program)};
	struct hc_stat_result st;

	for (unsigned i = 0; i < plan->segment_count; i++) {
		const struct elf_segment *segment = &plan->segments[i];

		if (v->start >= page_down(segment->start) &&
		    v->start < segment->start + segment->filesz)
			file.offset = v->start - (segment->start - segment->offset);
	}
	if (hostfs.stat(program_path(program), true, &st) == 0) {
		file.device = st.dev;
		file.inode = st.ino;
	}
	return file;
}

struct area_file procfs_area_file(const struct task *task, const struct vma *v)
{
	const struct space *space = task->thread.space;

	if (v->cache)
		return (struct area_file){mapped_name(v->cache), v->cache->key.device,
					  v->cache->key.inode, v->offset};
	if (v->kind & VMA_IMAGE)
		return image_file(task->process->program, v);
	if (v->kind & VMA_VDSO)
		return (struct area_file){.name = v->start == VDSO_START ? "[vvar]" : "[vdso]"};
	if (v->kind & VMA_STACK)
		return (struct area_file){.name = "[stack]"};
	/* MAP_SHARED without a file: the name that Linux has for the file that it makes. */
	if ((v->kind & (VMA_SHARED | VMA_NO_WRITE)) == VMA_SHARED)
		return (struct area_file){.name = "/dev/zero (deleted)"};
	if (v->start < space->brk && v->end > space->brk_start)
		return (struct area_file){.name = "[heap]"};
	return (struct area_file){0};
}

/* A newline, which would end the line, as an escape. */
static void put_name(struct text *text, const char *name)
{
	for (; *name; name++) {
		if (*name == '\n')
			text_string(text, "\\012");
		else
			text_put(text, *name);
	}
}

static void show_area(struct text *text, const struct task *task, const struct vma *v)
{
	const struct area_file file = procfs_area_file(task, v);
	uint64_t start = text->at;
	uaddr_t low = v->start;

	/* Of the stack, what it has grown to. */
	if (v->kind & VMA_STACK)
		low = min(paging_first(task->thread.space, low, v->end), v->end - PAGE_SIZE);
	text_format(text, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %lu ", low, v->end,
		    v->prot & PROT_READ ? 'r' : '-', v->prot & PROT_WRITE ? 'w' : '-',
		    v->prot & PROT_EXEC ? 'x' : '-', v->kind & VMA_SHARED ? 's' : 'p', file.offset,
		    (unsigned)(file.device >> 32), (unsigned)file.device, file.inode);
	if (file.name) {
		text_pad(text, start, NAME_COLUMN);
		put_name(text, file.name);
	}
	text_put(text, '\n');
}

int procfs_maps(struct text *text, const struct tree_at *at)
{
	const struct task *task = task_find(tree_number(at));
	const struct vma *v;
	struct space *space;

	if (!task)
		return -ESRCH;
	space = task->thread.space;
	for (v = vma_find(space, text->mark); v && !text_is_full(text);
	     v = vma_find(space, v->end)) {
		text_mark(text, v->start);
		show_area(text, task, v);
	}
	return 0;
}
