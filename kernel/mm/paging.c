/* SPDX-License-Identifier: MIT */
/*
 * Page tables. There is one PML4, the boot one; its slot 256 is the kernel's,
 * slots 0 to 255 are the program's.
 */
#include "paging.h"

#include <asm/errno.h>
#include <linux/mman.h>
#include <stddef.h>

#include "../abi.h"
#include "../layout.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../x86/direct_map.h"
#include "../x86/pte.h"
#include "../x86/x86.h"
#include "frame.h"

#define SIZE_PD	  (UINT64_C(1) << SHIFT_PD)   /* what an entry of a PD maps */
#define SIZE_PDPT (UINT64_C(1) << SHIFT_PDPT) /* what an entry of a PDPT maps */
/* Of an entry that names a table. Rights are decided by the last level alone. */
#define PTE_TABLE  (PTE_P | PTE_W | PTE_U)
#define INVLPG_MAX (32 * FRAME_SIZE) /* above it, drop all translations at once */

static pte_t usable; /* all bits of an entry, but PTE_NX on a CPU without */

static pte_t *table_at(uint64_t pa)
{
	return phys_to_virt(pa);
}

static unsigned slot(uint64_t va, unsigned shift)
{
	return va >> shift & (PT_ENTRIES - 1);
}

void paging_init(bool nx)
{
	usable = nx ? ~UINT64_C(0) : ~PTE_NX;
}

/* The table that an entry points to. */
static inline pte_t *table_in(pte_t *entry, bool create)
{
	uint64_t frame = create && !*entry ? frame_alloc() : 0;

	if (frame)
		*entry = frame | PTE_TABLE;
	return *entry ? table_at(*entry & PTE_ADDRESS) : NULL;
}

/* The entry for the 2 MiB around `va`. */
static inline __attribute__((always_inline)) pte_t *pd_entry(uint64_t va, bool create)
{
	pte_t *table = table_in(&table_at(BOOT_PML4)[slot(va, SHIFT_PML4)], create);

	if (table)
		table = table_in(&table[slot(va, SHIFT_PDPT)], create);
	return table ? &table[slot(va, SHIFT_PD)] : NULL;
}

/* Tables that were looked up last, and the 2 MiB that each maps. */
static struct recent {
	uint64_t span;
	pte_t *table;
} recent[4] = {{.span = UINT64_MAX}};

static __attribute__((noinline)) pte_t *look_up(uint64_t va, bool create)
{
	uint64_t span = va >> SHIFT_PD;
	pte_t *top = &table_at(BOOT_PML4)[slot(va, SHIFT_PML4)];
	uint64_t run = create && !*top ? frame_alloc_run(3) : 0;
	pte_t *entry, *table;

	/* No table at all: with frames in a row, three at once. */
	if (run) {
		*top = run | PTE_TABLE;
		table_at(run)[slot(va, SHIFT_PDPT)] = (run + FRAME_SIZE) | PTE_TABLE;
		table_at(run + FRAME_SIZE)[slot(va, SHIFT_PD)] = (run + 2 * FRAME_SIZE) | PTE_TABLE;
	}
	entry = pd_entry(va, create);
	if (!entry || *entry & PTE_PS)
		return entry;
	table = table_in(entry, create);
	if (!table)
		return NULL;
	recent[span % 4] = (struct recent){span, table};
	return &table[slot(va, SHIFT_PT)];
}

__hot pte_t *paging_entry(uint64_t va, bool create)
{
	uint64_t span = va >> SHIFT_PD;

	if (recent[span % 4].span == span)
		return &recent[span % 4].table[slot(va, SHIFT_PT)];
	return look_up(va, create);
}

bool paging_map_huge(uint64_t va, unsigned prot)
{
	pte_t *entry = pd_entry(va, true);
	uint64_t frame = entry && !*entry ? frame_alloc_huge() : 0;

	if (frame)
		*entry = paging_make(frame, prot) | PTE_PS;
	return frame;
}

/* Maps by a table, for which `frame` is, what the entry maps at once. */
static void split(pte_t *entry, uint64_t frame)
{
	pte_t page = *entry & ~PTE_PS;

	for (unsigned i = 0; i < PT_ENTRIES; i++, page += PAGE_SIZE)
		table_at(frame)[i] = page;
	*entry = frame | PTE_TABLE;
}

bool paging_split(uint64_t va)
{
	pte_t *entry = pd_entry(va, false);
	uint64_t frame;

	if (!entry || !(*entry & PTE_PS))
		return true;
	frame = frame_alloc();
	if (frame)
		split(entry, frame);
	return frame;
}

pte_t paging_make(uint64_t frame, unsigned prot)
{
	/* By PROT_READ, WRITE and EXEC. x86 has no right to write or execute without that to read.
	 */
	static const pte_t rights[] = {
		PTE_NX, PTE_NX | PTE_P, PTE_NX | PTE_W | PTE_P, PTE_NX | PTE_W | PTE_P,
		PTE_P,	PTE_P,		PTE_W | PTE_P,		PTE_W | PTE_P};

	return frame | PTE_U | (rights[prot % 8] & usable);
}

__hot uint64_t paging_frame(pte_t entry)
{
	return entry & PTE_ADDRESS;
}

/* What is done to the pages of a range. */
struct change {
	bool unmap; /* else give them other rights: */
	unsigned prot;
	uint64_t hole_start, hole_end; /* if unmap: where no table is needed */
	bool flush_each;	       /* else drop all translations at the end */
};

/* Does it to an entry that maps 2 MiB at once. */
static pte_t change_huge(pte_t entry, const struct change *change)
{
	uint64_t frame = paging_frame(entry);

	if (!change->unmap)
		return paging_make(frame, change->prot) | PTE_PS;
	for (unsigned i = 0; i < PT_ENTRIES; i++)
		frame_put(frame + i * FRAME_SIZE);
	return 0;
}

/* Does it to what `table` maps of [start, end); its entries map 1 << shift bytes each. */
static void change_in(pte_t *table, unsigned shift, uint64_t start, uint64_t end,
		      const struct change *change)
{
	uint64_t span = UINT64_C(1) << shift;
	uint64_t next;

	for (uint64_t va = start; va < end; va = next) {
		pte_t *entry = &table[slot(va, shift)];
		uint64_t base = va & -span;

		next = min(base + span, end);
		if (!*entry)
			continue;
		if (*entry & PTE_PS && next - va < span) {
			/* Of what is unmapped the first page becomes the table. */
			uint64_t frame = paging_frame(*entry) + (va - base);

			split(entry, frame);
			table_at(frame)[slot(va, SHIFT_PT)] = 0;
			invlpg(va);
		}
		if (*entry & PTE_PS) {
			*entry = change_huge(*entry, change);
			continue;
		}
		if (shift > SHIFT_PT)
			change_in(table_at(*entry & PTE_ADDRESS), shift - 9, va, next, change);
		if (change->unmap && base >= change->hole_start &&
		    base + span <= change->hole_end) {
			frame_put(paging_frame(*entry));
			*entry = 0;
		} else if (shift == SHIFT_PT) {
			*entry = paging_make(paging_frame(*entry), change->prot);
		}
		/* Of a table that goes, too: the CPU may know where it was (SDM 3, 4.10.3). */
		if (change->flush_each && (shift == SHIFT_PT || !*entry))
			invlpg(va);
	}
}

static void apply(struct change *change, uint64_t start, uint64_t end)
{
	change->flush_each = end - start <= INVLPG_MAX;
	change_in(table_at(BOOT_PML4), SHIFT_PML4, start, end, change);
	if (!change->flush_each)
		write_cr3(BOOT_PML4);
}

void paging_unmap(uint64_t start, uint64_t end, uint64_t hole_start, uint64_t hole_end)
{
	for (unsigned i = 0; i < 4; i++)
		recent[i].span = UINT64_MAX; /* its table may go */
	apply(&(struct change){.unmap = true, .hole_start = hole_start, .hole_end = hole_end},
	      start, end);
}

/* The first address in [va, end) whose table is there, or `end`. */
static uint64_t next_mapped(uint64_t va, uint64_t end)
{
	while (va < end) {
		const pte_t *table = table_at(BOOT_PML4);
		unsigned shift = SHIFT_PML4;

		while (shift > SHIFT_PT && table[slot(va, shift)]) {
			table = table_at(table[slot(va, shift)] & PTE_ADDRESS);
			shift -= 9;
		}
		if (shift == SHIFT_PT)
			return va;
		va = (va | ((UINT64_C(1) << shift) - 1)) + 1;
	}
	return end;
}

uint64_t paging_first(uint64_t start, uint64_t end)
{
	uint64_t va = start;

	while ((va = next_mapped(va, end)) < end && !*paging_entry(va, false))
		va += PAGE_SIZE;
	return va;
}

int paging_move(uint64_t from, uint64_t to, uint64_t bytes)
{
	uint64_t end = from + bytes;
	uint64_t va;

	/* First all tables that are needed: with them nothing can fail. */
	for (va = from; (va = next_mapped(va, end)) < end; va = (va | (SIZE_PD - 1)) + 1) {
		uint64_t last = min(end, (va | (SIZE_PD - 1)) + 1) - PAGE_SIZE;

		if (!paging_split(va) || !paging_entry(va - from + to, true) ||
		    !paging_entry(last - from + to, true))
			return -ENOMEM;
	}
	for (va = from; (va = next_mapped(va, end)) < end; va += PAGE_SIZE) {
		pte_t *source = paging_entry(va, false);

		if (*source) {
			*paging_entry(va - from + to, false) = *source;
			*source = 0;
		}
	}
	write_cr3(BOOT_PML4);
	return 0;
}

void paging_protect(uint64_t start, uint64_t end, unsigned prot)
{
	apply(&(struct change){.prot = prot}, start, end);
}
