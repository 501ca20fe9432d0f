/* SPDX-License-Identifier: MIT */
/*
 * The memory of a process in its core. What of it Linux writes, by the filter that
 * coredump_filter of core(5) has at first, 0x33: private memory, and of files what was written to;
 * shared memory without a file; the first page of an ELF file.
 */
#include "core_memory.h"

#include <elf.h>
#include <linux/mman.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/paging.h"
#include "../mm/space.h"
#include "../x86/direct_map.h"

/* The area's first page that counts: the stack is as large as it has grown. */
static uaddr_t first_of(struct space *space, const struct vma *v)
{
	if (!(v->kind & VMA_STACK))
		return v->start;
	return min(paging_first(space, v->start, v->end), v->end - PAGE_SIZE);
}

/* Has a page of the file's area been written to? Then it is no page of the page cache. */
static bool is_written(struct space *space, const struct vma *v)
{
	uaddr_t at = v->start;

	while ((at = paging_first(space, at, v->end)) < v->end) {
		if (!(*paging_entry(space, at, false) & PTE_FILE))
			return true;
		at += PAGE_SIZE;
	}
	return false;
}

/* Does the area begin with the header of an ELF file? */
static bool is_elf(struct space *space, const struct vma *v)
{
	paddr_t pa;

	return v->prot & PROT_READ && space_run(space, v->start, SELFMAG, false, &pa) == SELFMAG &&
	       memcmp(phys_to_virt(pa), ELFMAG, SELFMAG) == 0;
}

/* How many bytes of an area are written, from its first on. */
static uint64_t dumped_bytes(struct space *space, const struct vma *v)
{
	const uint64_t all = v->end - first_of(space, v);
	const bool of_file = v->cache || v->kind & VMA_IMAGE;

	if (v->kind & VMA_PAST_EOF)
		return 0;
	if (v->kind & VMA_VDSO) /* of its two pages the first is the kernel's data */
		return v->start == VDSO_START ? 0 : all;
	if (v->kind & VMA_SHARED)
		return v->kind & VMA_NO_WRITE || v->cache ? 0 : all;
	if (!of_file)
		return paging_first(space, v->start, v->end) < v->end ? all : 0;
	/* Of pages that were loaded at once it isn't known which were written to. */
	if (v->cache ? is_written(space, v) : !(v->prot & PROT_EXEC))
		return all;
	return v->offset == 0 && is_elf(space, v) ? PAGE_SIZE : 0;
}

uint64_t core_memory_count(struct space *space)
{
	uint64_t count = 0;

	for (const struct vma *v = vma_find(space, 0); v; v = vma_find(space, v->end))
		count++;
	return count;
}

void core_put_areas(struct core_file *file, struct space *space, uint64_t count, uint64_t offset)
{
	const struct vma *v = vma_find(space, 0);

	for (; v && count; v = vma_find(space, v->end), count--) {
		const uaddr_t start = first_of(space, v);
		const Elf64_Phdr header = {
			.p_type = PT_LOAD,
			.p_flags = (v->prot & PROT_READ ? PF_R : 0) |
				   (v->prot & PROT_WRITE ? PF_W : 0) |
				   (v->prot & PROT_EXEC ? PF_X : 0),
			.p_offset = offset,
			.p_vaddr = start,
			.p_filesz = dumped_bytes(space, v),
			.p_memsz = v->end - start,
			.p_align = PAGE_SIZE,
		};

		core_put(file, &header, sizeof(header));
		offset += header.p_filesz;
	}
}

/* Writes [at, end) of an area: of memory the pages that are there, of a file all. */
static void put_area(struct core_file *file, struct space *space, const struct vma *v, uaddr_t at,
		     uaddr_t end)
{
	while (at < end) {
		uaddr_t next = v->cache ? at : paging_first(space, at, end);
		int64_t run = 0;
		paddr_t pa;

		core_skip(file, next - at);
		if (next < end)
			run = space_run(space, next, end - next, false, &pa);
		if (run > 0)
			core_put_frames(file, pa, run);
		else if (next < end)
			core_skip(file, PAGE_SIZE); /* behind the end of the file */
		at = next + (run > 0 ? (uint64_t)run : next < end ? PAGE_SIZE : 0);
	}
}

void core_put_memory(struct core_file *file, struct space *space)
{
	const struct vma *v = vma_find(space, 0);

	core_align(file, PAGE_SIZE);
	for (; v && !file->failed; v = vma_find(space, v->end)) {
		const uaddr_t start = first_of(space, v);

		put_area(file, space, v, start, start + dumped_bytes(space, v));
	}
}
