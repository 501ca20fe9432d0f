/* SPDX-License-Identifier: MIT */
/* An address space: its areas and its page tables, changed together, and its heap. */
#include "space.h"

#include <asm/errno.h>
#include <linux/mman.h>
#include <stddef.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../x86/direct_map.h"
#include "../x86/x86.h"
#include "frame.h"
#include "pagecache.h"
#include "paging.h"
#include "vma.h"

struct space *current_space;

void space_init(struct space *space, paddr_t tables)
{
	paging_start(space, tables);
	space->refs = 1;
}

void space_switch(struct space *space)
{
	current_space = space;
	write_cr3(space->tables);
}

struct space *space_visit(struct space *space)
{
	struct space *before = current_space;

	if (space != before)
		space_switch(space);
	return before;
}

/* On x86 a page that may be written or executed may be read. */
static unsigned with_read(unsigned prot)
{
	return prot & (PROT_WRITE | PROT_EXEC) ? prot | PROT_READ : prot;
}

int space_map(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind)
{
	const struct vma_new new = {start, end, with_read(prot), kind, NULL, 0};

	return vma_add(space, &new);
}

int space_append(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind)
{
	return vma_append(space, start, end, with_read(prot), kind);
}

int space_map_file(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind,
		   struct cache *cache, uint64_t offset)
{
	const struct vma_new new = {start, end, with_read(prot), kind, cache, offset};

	return vma_add(space, &new);
}

int space_unmap(struct space *space, uaddr_t start, uaddr_t end)
{
	int error = vma_remove(space, start, end);
	struct vma_hole hole;

	if (error)
		return error;
	hole = vma_hole_at(space, start);
	paging_unmap(space, start, end, hole.start, hole.end);
	return 0;
}

void space_discard(struct space *space, uaddr_t start, uaddr_t end)
{
	paging_unmap(space, start, end, start, end);
}

void space_zero(struct space *space, uaddr_t start, uaddr_t end)
{
	for (; (start = paging_first(space, start, end)) < end; start += PAGE_SIZE)
		memset(phys_to_virt(paging_frame(*paging_entry(space, start, false))), 0,
		       PAGE_SIZE);
}

int space_move(struct space *space, uaddr_t from, uint64_t old, uaddr_t to, uint64_t new, bool keep)
{
	const struct vma *v = vma_find(space, from);
	/* Elsewhere it isn't the program's image, stack or vDSO any more. */
	unsigned kind = v->kind & VMA_IMAGE  ? VMA_KEEP
			: v->kind & VMA_VDSO ? VMA_KEEP | VMA_NO_WRITE
					     : v->kind & ~VMA_STACK;
	const struct vma_new moved = {to, to + new, v->prot, kind, v->cache, vma_offset(v, from)};
	paddr_t pa;
	int error;

	/* One page; where it goes it can't be populated. */
	if (v->kind & VMA_VDSO && space_run(space, from, PAGE_SIZE, false, &pa) < 0)
		return -ENOMEM;
	/* One area for where it goes, one for what it leaves: then no step but the pages' can fail.
	 */
	if (!vma_reserve(space))
		return -ENOMEM;
	error = vma_add(space, &moved);
	if (error)
		return error;
	error = paging_move(space, from, to, min(old, new));
	if (error)
		space_unmap(space, to, to + new);
	else if (!keep)
		error = space_unmap(space, from, from + old);
	return error;
}

int space_protect(struct space *space, uaddr_t start, uaddr_t end, unsigned prot)
{
	int error;

	prot = with_read(prot);
	if ((start % TABLE_SPAN && !paging_split(space, start)) ||
	    (end % TABLE_SPAN && !paging_split(space, end)))
		return -ENOMEM;
	error = vma_protect(space, start, end, prot);
	if (!error)
		paging_protect(space, start, end, prot);
	return error;
}

void space_limit_stack(struct space *space, uint64_t bytes)
{
	uaddr_t lowest = USER_TOP - page_down(min(bytes, STACK_ROOM));
	const struct vma *v = vma_find(space, USER_TOP - STACK_ROOM);
	uaddr_t below;

	while (v && !(v->kind & VMA_STACK))
		v = vma_find(space, v->end);
	if (!v)
		return; /* the program has unmapped it */
	if (lowest > v->start) {
		space_unmap(space, v->start, paging_first(space, v->start, min(lowest, v->end)));
		return;
	}
	below = vma_end_below(space, v->start);
	lowest = max(lowest, below ? below + STACK_GAP : 0);
	/* Without memory for that the stack stays as it is: it isn't asked whether it can grow. */
	if (lowest < v->start)
		(void)space_map(space, lowest, v->start, v->prot, v->kind);
}

uint64_t space_size(struct space *space, unsigned prot, unsigned without)
{
	uint64_t bytes = 0;
	uaddr_t start;

	for (const struct vma *v = vma_find(space, 0); v; v = vma_find(space, v->end)) {
		if ((v->prot & prot) != prot || v->kind & without)
			continue;
		start = v->kind & VMA_STACK ? paging_first(space, v->start, v->end) : v->start;
		bytes += v->end - start;
	}
	return bytes;
}

/*
 * space_drop_clean() for an area, from `start` on. Returns where it stopped; adds
 * to *dropped.
 */
static uaddr_t drop_clean(struct space *space, const struct vma *v, uaddr_t start, uint64_t count,
			  uint64_t *dropped)
{
	while (*dropped < count && (start = paging_first(space, start, v->end)) < v->end) {
		pte_t *entry = paging_entry(space, start, false);
		paddr_t frame = paging_frame(*entry);

		/* A page of its own isn't the file's any more. */
		if (frame == cache_page(v->cache, vma_offset(v, start) / PAGE_SIZE)) {
			*entry = 0;
			frame_put(frame);
			++*dropped;
		}
		start += PAGE_SIZE;
	}
	return start;
}

uint64_t space_drop_clean(struct space *space, uint64_t count)
{
	uaddr_t start = space->drop_hand;
	uint64_t dropped = 0;
	bool again = start;

	while (dropped < count) {
		const struct vma *v = vma_find(space, start);

		if (!v && !again)
			break;
		if (!v) {
			again = false;
			start = 0;
			continue;
		}
		start = max(start, v->start);
		start = v->cache && !cache_is_memory(v->cache)
				? drop_clean(space, v, start, count, &dropped)
				: v->end;
	}
	space->drop_hand = start;
	if (dropped)
		flush_tlb();
	return dropped;
}

/* Unmaps what the cache has of an area's pages [start, end): not what was copied. */
static void unmap_cached(struct space *space, const struct vma *v, uaddr_t start, uaddr_t end)
{
	while ((start = paging_first(space, start, end)) < end) {
		pte_t *entry = paging_entry(space, start, false);
		paddr_t frame = paging_frame(*entry);

		if (frame == cache_page(v->cache, vma_offset(v, start) / PAGE_SIZE)) {
			*entry = 0;
			frame_put(frame);
		}
		start += PAGE_SIZE;
	}
	flush_tlb();
}

void space_cut(struct space *space, const struct cache *cache, uint64_t first, uint64_t end,
	       bool copies)
{
	for (const struct vma *v = vma_find(space, 0); v; v = vma_find(space, v->end)) {
		uint64_t page = v->offset / PAGE_SIZE;
		uint64_t from = max(first, page);
		uint64_t to = min(end, page + (v->end - v->start) / PAGE_SIZE);

		if (v->cache != cache || from >= to)
			continue;
		from = v->start + (from - page) * PAGE_SIZE;
		to = v->start + (to - page) * PAGE_SIZE;
		if (copies)
			space_discard(space, from, to);
		else
			unmap_cached(space, v, from, to);
	}
}

bool space_may_write(struct space *space, const struct cache *cache)
{
	for (const struct vma *v = vma_find(space, 0); v; v = vma_find(space, v->end))
		if (v->cache == cache && v->kind & VMA_SHARED && !(v->kind & VMA_NO_WRITE))
			return true;
	return false;
}

void space_start_brk(struct space *space, uaddr_t start)
{
	space->brk_start = space->brk = start;
}

int space_move_brk(struct space *space, uaddr_t brk)
{
	const unsigned prot = PROT_READ | PROT_WRITE;
	uaddr_t old_end = page_up(space->brk);
	const struct vma *above = vma_find(space, old_end);
	uaddr_t new_end;
	int error = 0;

	if (brk < space->brk_start || brk > MMAP_TOP)
		return -ENOMEM;
	new_end = page_up(brk);
	if (new_end < old_end)
		error = space_unmap(space, new_end, old_end);
	else if (above && above->start < new_end)
		error = -ENOMEM;
	else if (new_end > old_end)
		error = space_map(space, old_end, new_end, prot, VMA_MEMORY);
	if (!error)
		space->brk = brk;
	return error;
}
