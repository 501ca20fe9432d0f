/* SPDX-License-Identifier: MIT */
/* The program's address space: its areas and its pages, changed together. */
#include "space.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../layout.h"
#include "frame.h"
#include "paging.h"

#define TABLE_SPAN (UINT64_C(512) * PAGE_SIZE) /* what one page table maps */

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* On x86 a page that may be written or executed may be read. */
static unsigned with_read(unsigned prot)
{
	return prot & (PROT_WRITE | PROT_EXEC) ? prot | PROT_READ : prot;
}

int space_map(uint64_t start, uint64_t end, unsigned prot, enum vma_kind kind)
{
	return vma_add(start, end, with_read(prot), kind);
}

int space_unmap(uint64_t start, uint64_t end)
{
	int error = vma_remove(start, end);
	const struct vma *above;

	if (error)
		return error;
	above = vma_find(end);
	paging_unmap(start, end, vma_end_below(start), above ? above->start : USER_TOP);
	return 0;
}

int space_protect(uint64_t start, uint64_t end, unsigned prot)
{
	int error;

	prot = with_read(prot);
	error = vma_protect(start, end, prot);

	if (!error)
		paging_protect(start, end, prot);
	return error;
}

/*
 * Puts frames behind the pages from `start` on that have none, at most
 * `count`, all of one page table. Returns how many it did, or -ENOMEM.
 */
static int64_t populate_run(pte_t *entry, uint64_t count, unsigned prot)
{
	uint64_t run = 0;
	uint64_t frame;

	while (run < count && !entry[run])
		run++;
	/* In one piece if possible, so that a transfer needs one hypercall. */
	frame = frame_alloc_run(run);
	if (frame) {
		for (uint64_t i = 0; i < run; i++)
			entry[i] = paging_make(frame + i * FRAME_SIZE, prot);
		return run;
	}
	frame = frame_alloc();
	if (!frame)
		return -ENOMEM;
	*entry = paging_make(frame, prot);
	return 1;
}

int space_populate(uint64_t start, uint64_t end)
{
	while (start < end) {
		const struct vma *v = vma_find(start);
		uint64_t table_end = (start | (TABLE_SPAN - 1)) + 1;
		uint64_t stop = min(min(v->end, end), table_end);
		pte_t *entry = paging_entry(start, true);
		int64_t done = 1;

		if (!entry)
			return -ENOMEM;
		if (!*entry)
			done = populate_run(entry, (stop - start) / PAGE_SIZE, v->prot);
		if (done < 0)
			return done;
		start += done * PAGE_SIZE;
	}
	return 0;
}

/* Puts a frame behind one page of an area, if there is none. */
static int bring_in(uint64_t address, const struct vma *v)
{
	pte_t *entry;
	uint64_t frame;

	if (v->kind == VMA_PAST_EOF)
		return -EIO;
	entry = paging_entry(address, true);
	if (!entry)
		return -ENOMEM;
	if (*entry)
		return 0;
	frame = frame_alloc();
	if (!frame)
		return -ENOMEM;
	*entry = paging_make(frame, v->prot);
	return 0;
}

int64_t space_run(uint64_t address, uint64_t length, uint64_t *pa)
{
	uint64_t run = PAGE_SIZE - address % PAGE_SIZE;
	pte_t *entry = paging_entry(address, false);

	if (!entry || !*entry) {
		int error = bring_in(address, vma_find(address));

		if (error)
			return error == -EIO ? -EFAULT : error;
		entry = paging_entry(address, false);
	}
	*pa = paging_frame(*entry) + address % PAGE_SIZE;
	for (; run < length; run += PAGE_SIZE) {
		/* The entries of one table lie side by side; at its end, walk again. */
		if ((address + run) % TABLE_SPAN == 0)
			entry = paging_entry(address + run, false);
		else
			entry++;
		if (!entry || !*entry || paging_frame(*entry) != *pa + run)
			break;
	}
	return min(run, length);
}

int space_fault(uint64_t address, unsigned prot)
{
	const struct vma *v = vma_find(address);

	if (!v || v->start > address || !(v->prot & prot))
		return -EFAULT;
	/*
	 * If the page is there and allows it, the CPU had an old translation,
	 * and the fault has dropped that.
	 */
	return bring_in(address, v);
}
