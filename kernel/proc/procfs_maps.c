/* SPDX-License-Identifier: MIT */
/* /proc/PID/maps: the areas of a program's address space. */
#include <asm/errno.h>
#include <linux/mman.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../mm/paging.h"
#include "../mm/space.h"
#include "process.h"
#include "procfs.h"

#define NAME_COLUMN 73 /* as on Linux */

/* What an area is of; NULL: it has no name. */
static const char *area_name(const struct space *space, const struct vma *v)
{
	if (v->kind & VMA_VDSO)
		return v->start == VDSO_START ? "[vvar]" : "[vdso]";
	if (v->kind & VMA_STACK)
		return "[stack]";
	if (v->kind & VMA_IMAGE)
		return procfs_exe();
	/* MAP_SHARED without a file: the name that Linux has for the file that it makes. */
	if ((v->kind & (VMA_SHARED | VMA_NO_WRITE)) == VMA_SHARED)
		return "/dev/zero (deleted)";
	if (v->start < space->brk && v->end > space->brk_start)
		return "[heap]";
	return NULL;
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

static void show_area(struct text *text, struct space *space, const struct vma *v)
{
	const char *name = area_name(space, v);
	uint64_t start = text->at;
	uaddr_t low = v->start;

	/* Of the stack, what it has grown to. */
	if (v->kind & VMA_STACK)
		low = min(paging_first(space, low, v->end), v->end - PAGE_SIZE);
	text_format(text, "%08lx-%08lx %c%c%c%c %08lx %02x:%02x %lu ", low, v->end,
		    v->prot & PROT_READ ? 'r' : '-', v->prot & PROT_WRITE ? 'w' : '-',
		    v->prot & PROT_EXEC ? 'x' : '-', v->kind & VMA_SHARED ? 's' : 'p', 0ul, 0, 0,
		    0ul);
	if (name) {
		procfs_pad(text, start, NAME_COLUMN);
		put_name(text, name);
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
		show_area(text, space, v);
	}
	return 0;
}
