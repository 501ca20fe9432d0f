/* SPDX-License-Identifier: MIT */
/* An address space: its areas and its page tables, changed together, and its heap. */
#include "space.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../layout.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../vdso/vdso.h"
#include "../x86/direct_map.h"
#include "../x86/x86.h"
#include "frame.h"
#include "paging.h"
#include "vma.h"

#define FAULT_AHEAD UINT64_C(0x10000)		/* bytes */
#define TABLE_SPAN  (UINT64_C(512) * PAGE_SIZE) /* what one page table maps */

struct space *current_space;

void space_init(struct space *space, paddr_t tables)
{
	paging_start(space, tables);
}

void space_switch(struct space *space)
{
	current_space = space;
	write_cr3(space->tables);
}

/* On x86 a page that may be written or executed may be read. */
static unsigned with_read(unsigned prot)
{
	return prot & (PROT_WRITE | PROT_EXEC) ? prot | PROT_READ : prot;
}

int space_map(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind)
{
	return vma_add(space, start, end, with_read(prot), kind);
}

int space_append(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind)
{
	return vma_append(space, start, end, with_read(prot), kind);
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

int space_move(struct space *space, uaddr_t from, uint64_t old, uaddr_t to, uint64_t new, bool keep)
{
	const struct vma *v = vma_find(space, from);
	/* Elsewhere it isn't the program's image, stack or vDSO any more. */
	unsigned kind = v->kind & VMA_IMAGE  ? VMA_KEEP
			: v->kind & VMA_VDSO ? VMA_KEEP | VMA_NO_WRITE
					     : v->kind & ~VMA_STACK;
	paddr_t pa;
	int error;

	/* One page; where it goes it can't be populated. */
	if (v->kind & VMA_VDSO && space_run(space, from, PAGE_SIZE, &pa) < 0)
		return -ENOMEM;
	/* One area for where it goes, one for what it leaves: then no step but the pages' can fail.
	 */
	if (!vma_reserve(space))
		return -ENOMEM;
	error = space_map(space, to, to + new, v->prot, kind);
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

/* Populates a page of the vDSO, with one of the kernel's image. */
static int populate_vdso(pte_t *entry, uaddr_t address, const struct vma *v)
{
	const void *page =
		address < VDSO_START + PAGE_SIZE ? (const void *)&clock_page : vdso_image;
	paddr_t frame = virt_to_phys(page);

	if (!frame_get(frame))
		return -ENOMEM;
	*entry = paging_make(frame, v->prot);
	return 0;
}

/*
 * Populates the page of `address`, which isn't yet, and those after it up to
 * `limit` that aren't either, as far as one table and the area reach. Returns
 * 0, -EIO behind the end of a mapped file, or -ENOMEM.
 */
static int populate(pte_t *entry, uaddr_t address, uaddr_t limit, const struct vma *v)
{
	uaddr_t stop = min(min(v->end, limit), (address | (TABLE_SPAN - 1)) + 1);
	uint64_t count = page_up(stop - address) / PAGE_SIZE;
	pte_t flags = paging_make(0, v->prot);
	uint64_t run = 1;
	paddr_t frame;

	if (v->kind & VMA_PAST_EOF)
		return -EIO;
	if (v->kind & VMA_VDSO)
		return populate_vdso(entry, address, v);
	while (run < count && !entry[run])
		run++;
	/* In one piece if possible, so that a transfer needs one hypercall. */
	frame = run > 1 ? frame_alloc_run(run) : 0;
	if (!frame) {
		frame = frame_alloc();
		run = 1;
	}
	if (!frame)
		return -ENOMEM;
	for (uint64_t i = 0; i < run; i++)
		entry[i] = flags | (frame + i * FRAME_SIZE);
	return 0;
}

uaddr_t space_map_frames(struct space *space, uaddr_t start, uaddr_t end, paddr_t frame,
			 unsigned prot)
{
	pte_t *entry = paging_entry(space, start, true);
	pte_t value = paging_make(frame, prot);

	end = min(end, (start | (TABLE_SPAN - 1)) + 1);
	for (; entry && start < end && !*entry; start += PAGE_SIZE, value += PAGE_SIZE)
		*entry++ = value;
	return start;
}

__hot int64_t space_run(struct space *space, uaddr_t address, uint64_t length, paddr_t *pa)
{
	uint64_t run = PAGE_SIZE - address % PAGE_SIZE;
	pte_t *entry = paging_entry(space, address, true);
	int error = 0;

	if (!entry)
		return -ENOMEM;
	if (!*entry)
		error = populate(entry, page_down(address), address + length,
				 vma_find(space, address));
	if (error)
		return error == -EIO ? -EFAULT : error;
	if (*entry & PTE_PS) {
		*pa = paging_frame(*entry) + address % TABLE_SPAN;
		return min(TABLE_SPAN - address % TABLE_SPAN, length);
	}
	*pa = paging_frame(*entry) + address % PAGE_SIZE;
	for (; run < length; run += PAGE_SIZE) {
		/* The entries of one table lie side by side; at its end, the run may go on. */
		if ((address + run) % TABLE_SPAN)
			entry++;
		else
			entry = paging_entry(space, address + run, false);
		if (!entry || (*entry & (PTE_ADDRESS | PTE_PS)) != *pa + run)
			break;
	}
	return min(run, length);
}

int space_fault(struct space *space, uaddr_t address, unsigned prot)
{
	const struct vma *v = vma_find(space, address);
	uint64_t ahead = PAGE_SIZE;
	pte_t *entry;

	if (!v || v->start > address || !(v->prot & prot))
		return -EFAULT;
	/* Memory that is gone through in order: by 2 MiB, where the area has all of them. */
	if (address % TABLE_SPAN < PAGE_SIZE && v->kind == VMA_MEMORY &&
	    v->start < page_down(address) && v->end - page_down(address) >= TABLE_SPAN) {
		entry = paging_entry(space, address - PAGE_SIZE, false);
		if (entry && *entry && paging_map_huge(space, address, v->prot))
			return 0;
	}
	entry = paging_entry(space, address, true);
	if (!entry)
		return -ENOMEM;
	/* There already: the CPU had an old translation, and the fault has dropped that. */
	if (*entry)
		return 0;
	/* A program that goes through its memory in order will soon want the next pages, too. */
	if (address % TABLE_SPAN >= PAGE_SIZE && entry[-1])
		ahead = FAULT_AHEAD;
	address = page_down(address);
	return populate(entry, address, address + ahead, v);
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
