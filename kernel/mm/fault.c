/* SPDX-License-Identifier: MIT */
/*
 * The pages of an address space, populated when they are first used.
 *
 * The rule of copy on write: an entry with PTE_W maps a page frame that nothing else refers to,
 * neither another entry nor the page cache. Only shared memory (PTE_SHARED) is an exception.
 * Before the program, or the kernel for it, writes to a frame that others refer to, the page gets
 * a copy of it.
 */
#include <asm/errno.h>
#include <linux/mman.h>

#include "../layout.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../vdso/vdso.h"
#include "../x86/direct_map.h"
#include "../x86/x86.h"
#include "frame.h"
#include "pagecache.h"
#include "paging.h"
#include "space.h"
#include "vma.h"

/* Both in bytes. */
#define FAULT_AHEAD UINT64_C(0x10000)
#define CHUNK_BYTES (CACHE_AROUND * PAGE_SIZE) /* of a file, in the page cache */

/* Pages of one area that one page table maps. */
struct reach {
	uaddr_t start, end;
};

/*
 * What is populated along with the page of `address`: of a file what the page cache has in one
 * chunk, of other memory the pages that follow, up to `limit`.
 */
static inline struct reach reach_of(uaddr_t address, uaddr_t limit, const struct vma *v)
{
	uaddr_t chunk = address - vma_offset(v, address) % CHUNK_BYTES;
	uaddr_t end_of_table = table_end(address);
	bool is_memory = v->cache && cache_is_memory(v->cache);
	struct reach wanted = v->cache ? (struct reach){chunk, chunk + CHUNK_BYTES}
				       : (struct reach){page_down(address), page_up(limit)};
	uaddr_t end = v->end;

	/* A file that is memory may have pages behind its end. Nobody is to see them. */
	if (is_memory)
		end = min(end, v->start + page_up(v->cache->size) - v->offset);
	return (struct reach){max(wanted.start, max(v->start, end_of_table - TABLE_SPAN)),
			      min(wanted.end, min(end, end_of_table))};
}

/* Populates a page of the vDSO. Its page frame is part of the kernel's image. */
static __attribute__((noinline)) int populate_vdso(pte_t *entry, uaddr_t address,
						   const struct vma *v)
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
 * Populates the page of `address`, which isn't populated, and the unpopulated ones that follow it,
 * up to `end`, with zeros. Returns 0 or -ENOMEM.
 */
static int populate_zeros(pte_t *entry, uaddr_t address, uaddr_t end, const struct vma *v)
{
	uint64_t count = (end - address + PAGE_SIZE - 1) / PAGE_SIZE;
	uint64_t run = 1;
	paddr_t frame;
	pte_t value;

	while (run < count && !entry[run])
		run++;
	/* Contiguous if possible, so that a transfer needs one hypercall. */
	frame = run > 1 ? frame_alloc_run(run) : 0;
	if (!frame) {
		frame = frame_alloc();
		run = 1;
	}
	if (!frame)
		return -ENOMEM;
	value = paging_make(frame, v->prot) | (v->kind & VMA_SHARED ? PTE_SHARED : 0);
	for (uint64_t i = 0; i < run; i++)
		entry[i] = value + i * FRAME_SIZE;
	return 0;
}

/*
 * Gives the page of `address` a page frame of its own, with a copy of what the shared frame
 * holds; if the page isn't populated, of what its file holds. Returns 0, -EIO or -ENOMEM.
 */
static __attribute__((noinline)) int make_private(pte_t *entry, uaddr_t address,
						  const struct vma *v)
{
	uint64_t page = vma_offset(v, address) / PAGE_SIZE;
	paddr_t own = frame_alloc_uncleared();
	const paddr_t *frames;
	paddr_t shared;
	int error;

	if (!own)
		return -ENOMEM;
	/* Read only now: the allocation may have reclaimed the entry's frame. */
	shared = paging_frame(*entry);
	if (shared) {
		memcpy(phys_to_virt(own), phys_to_virt(shared), PAGE_SIZE);
		frame_put(shared);
	} else {
		frames = cache_around(v->cache, page, &error);
		if (!frames) {
			frame_put(own);
			return error;
		}
		memcpy(phys_to_virt(own), phys_to_virt(frames[page % CACHE_AROUND]), PAGE_SIZE);
	}
	*entry = paging_make(own, v->prot);
	invlpg(address);
	return 0;
}

/* Is what is written to the area to be the file's, whose pages are its only place? */
static inline bool shares_file(const struct vma *v)
{
	return v->kind & VMA_SHARED && cache_is_memory(v->cache);
}

/*
 * Maps the file's page at `address`, which isn't populated, and those in reach that the cache then
 * has: to be read, unless they are shared. Returns 0, -EIO or -ENOMEM.
 */
static __attribute__((noinline)) int map_around(pte_t *entry, uaddr_t address, struct reach reach,
						const struct vma *v)
{
	pte_t flags = shares_file(v) ? paging_make(0, v->prot) | PTE_SHARED
				     : paging_make(0, v->prot & ~PROT_WRITE) | PTE_FILE;
	uint64_t page = vma_offset(v, address) / PAGE_SIZE;
	uint64_t before = (address - reach.start) / PAGE_SIZE;
	pte_t *there = entry - before;
	int error;
	const paddr_t *frame = cache_around(v->cache, page, &error);

	if (!frame)
		return error;
	frame += page % CACHE_AROUND - before;
	for (uaddr_t at = reach.start; at < reach.end; at += PAGE_SIZE, there++, frame++)
		if (*frame && !*there && frame_get(*frame))
			*there = flags | *frame;
	if (*entry)
		return 0;
	/* A page frame can have only so many references. */
	return shares_file(v) ? -ENOMEM : make_private(entry, address, v);
}

/*
 * Populates the page of `address`, which isn't populated, and perhaps others: of memory up to
 * `limit`. Returns 0; -EIO: there is nothing, as behind the end of a file; or -ENOMEM.
 */
static inline __attribute__((always_inline)) int
populate(pte_t *entry, uaddr_t address, uaddr_t limit, bool write, const struct vma *v)
{
	if (v->cache)
		return write && !(v->kind & VMA_SHARED)
			       ? make_private(entry, address, v)
			       : map_around(entry, address, reach_of(address, limit, v), v);
	if (v->kind & VMA_PAST_EOF)
		return -EIO;
	if (v->kind & VMA_VDSO)
		return populate_vdso(entry, address, v);
	return populate_zeros(entry, address, reach_of(address, limit, v).end, v);
}

/* Does the entry, which isn't 0, map a page frame that must be copied before a write? */
static inline bool is_shared(pte_t entry)
{
	return !(entry & (PTE_W | PTE_PS | PTE_SHARED)) && frame_is_shared(paging_frame(entry));
}

uaddr_t space_map_frames(struct space *space, uaddr_t start, uaddr_t end, paddr_t frame,
			 unsigned prot)
{
	pte_t *entry = paging_entry(space, start, true);
	pte_t value = paging_make(frame, prot);

	end = min(end, table_end(start));
	for (; entry && start < end && !*entry; start += PAGE_SIZE, value += PAGE_SIZE)
		*entry++ = value;
	return start;
}

/*
 * How many bytes from `pa` on, which is mapped at `address`, are mapped in one piece? Looks no
 * further than `length`; with `write`, only at pages that needn't be copied first.
 */
static inline uint64_t contiguous(struct space *space, const pte_t *entry, uaddr_t address,
				  uint64_t length, bool write, paddr_t pa)
{
	uint64_t run = PAGE_SIZE - address % PAGE_SIZE;

	for (; run < length; run += PAGE_SIZE) {
		/* The next entry of the table; behind its last one, the first of the next table. */
		if ((address + run) % TABLE_SPAN)
			entry++;
		else
			entry = paging_entry(space, address + run, false);
		if (!entry || (*entry & (PTE_ADDRESS | PTE_PS)) != pa + run ||
		    (write && is_shared(*entry)))
			break;
	}
	return run;
}

__hot int64_t space_run(struct space *space, uaddr_t address, uint64_t length, bool write,
			paddr_t *pa)
{
	pte_t *entry = paging_entry(space, address, true);
	uint64_t run;
	int error = 0;

	if (!entry)
		return -ENOMEM;
	if (!*entry)
		error = populate(entry, address, address + length, write, vma_find(space, address));
	else if (write && is_shared(*entry))
		error = make_private(entry, address, vma_find(space, address));
	if (error)
		return error == -EIO ? -EFAULT : error;
	if (*entry & PTE_PS) {
		*pa = paging_frame(*entry) + address % TABLE_SPAN;
		run = TABLE_SPAN - address % TABLE_SPAN;
	} else {
		*pa = paging_frame(*entry) + address % PAGE_SIZE;
		run = contiguous(space, entry, address, length, write, *pa);
	}
	return min(run, length);
}

int space_populate(struct space *space, uaddr_t start, uaddr_t end, bool write)
{
	int64_t run = 0;
	paddr_t pa;

	for (; start < end && run >= 0; start += run)
		run = space_run(space, start, end - start, write, &pa);
	return run < 0 ? run : 0;
}

/* The program writes to a page that is populated, but not writable yet. */
static int allow_write(pte_t *entry, uaddr_t address, const struct vma *v)
{
	if (is_shared(*entry))
		return make_private(entry, address, v);
	*entry = paging_make(paging_frame(*entry), v->prot) | (*entry & PTE_SHARED);
	return 0;
}

int space_fault(struct space *space, uaddr_t address, unsigned prot)
{
	const struct vma *v = vma_find(space, address);
	uint64_t ahead = PAGE_SIZE;
	pte_t *entry;

	if (!v || v->start > address || !(v->prot & prot))
		return -EFAULT;
	/* Memory that is used from low to high: a page of 2 MiB, if the area has all of it. */
	if (address % TABLE_SPAN < PAGE_SIZE && v->kind == VMA_MEMORY &&
	    v->start < page_down(address) && v->end - page_down(address) >= TABLE_SPAN &&
	    !v->cache) {
		entry = paging_entry(space, address - PAGE_SIZE, false);
		if (entry && *entry && paging_map_huge(space, address, v->prot))
			return 0;
	}
	entry = paging_entry(space, address, true);
	if (!entry)
		return -ENOMEM;
	if (!*entry) {
		/* A program that uses its memory from low to high will soon use the next pages. */
		if (address % TABLE_SPAN >= PAGE_SIZE && entry[-1])
			ahead = FAULT_AHEAD;
		return populate(entry, address, page_down(address) + ahead, prot == PROT_WRITE, v);
	}
	if (prot == PROT_WRITE && !(*entry & (PTE_W | PTE_PS)))
		return allow_write(entry, address, v);
	/* Allowed: the CPU had an old translation in its TLB, and the fault has dropped it. */
	return 0;
}
