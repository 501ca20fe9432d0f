/* SPDX-License-Identifier: MIT */
/* Address spaces of further processes: new, copied, and at their end. */
#include <asm/errno.h>
#include <stddef.h>

#include "../abi.h"
#include "../layout.h"
#include "../lib/string.h"
#include "../x86/x86.h"
#include "frame.h"
#include "kmalloc.h"
#include "paging.h"
#include "space.h"

_Static_assert(sizeof(struct space) <= KMALLOC_MAX, "space_new");

struct space *space_new(void)
{
	struct space *space = kmalloc(sizeof(*space));
	paddr_t tables = space ? paging_new_tables() : 0;

	if (!tables) {
		kfree(space);
		return NULL;
	}
	memset(space, 0, sizeof(*space));
	space_init(space, tables);
	return space;
}

/*
 * Memory that both are to see has no other place than the pages themselves: those that aren't
 * populated would later be different ones.
 */
static int populate_shared(struct space *space, const struct vma *v)
{
	if (!(v->kind & VMA_SHARED) || v->cache || v->kind & VMA_PAST_EOF)
		return 0;
	return space_populate(space, v->start, v->end, true);
}

static int copy(struct space *to, struct space *from)
{
	int error = vma_copy(to, from);

	for (const struct vma *v = vma_find(from, 0); v && !error; v = vma_find(from, v->end)) {
		if (v->kind & VMA_NO_FORK)
			error = vma_remove(to, v->start, v->end);
		else
			error = populate_shared(from, v);
		if (!error && !(v->kind & (VMA_NO_FORK | VMA_FORK_ZERO)))
			error = paging_share(from, to, v->start, v->end);
	}
	flush_tlb(); /* pages of `from` lost the right to write */
	return error;
}

struct space *space_copy(struct space *from)
{
	struct space *to = space_new();

	if (!to)
		return NULL;
	to->brk_start = from->brk_start;
	to->brk = from->brk;
	to->trampoline = from->trampoline;
	if (copy(to, from) == 0)
		return to;
	space_put(to);
	return NULL;
}

void space_get(struct space *space)
{
	space->refs++;
}

void space_put(struct space *space)
{
	bool is_first = space->tables == BOOT_PML4; /* which isn't from kmalloc() */

	if (--space->refs)
		return;
	vma_end(space);
	paging_end(space);
	if (!is_first)
		kfree(space);
}

uint64_t space_resident(struct space *space)
{
	uint64_t count = 0;

	for (const struct vma *v = vma_find(space, 0); v; v = vma_find(space, v->end)) {
		uaddr_t page = v->start;

		while ((page = paging_first(space, page, v->end)) < v->end) {
			count++;
			page += PAGE_SIZE;
		}
	}
	return count;
}
