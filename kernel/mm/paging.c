/* SPDX-License-Identifier: MIT */
/*
 * Page tables of an address space. Slots 0 to 255 of its PML4 are the
 * program's, slot 256 is the kernel's.
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

static pte_t *table_at(paddr_t pa)
{
	return phys_to_virt(pa);
}

static unsigned slot(uaddr_t va, unsigned shift)
{
	return va >> shift & (PT_ENTRIES - 1);
}

void paging_init(bool nx)
{
	usable = nx ? ~UINT64_C(0) : ~PTE_NX;
}

static struct recent_table *recent_of(struct space *space, uint64_t span)
{
	return &space->recent[span % SPACE_RECENT];
}

/* The page table that `va` is in goes. */
static void forget(struct space *space, uaddr_t va)
{
	struct recent_table *recent = recent_of(space, va >> SHIFT_PD);

	if (recent->span == va >> SHIFT_PD)
		recent->span = UINT64_MAX;
}

void paging_start(struct space *space, paddr_t tables)
{
	space->tables = tables;
	for (unsigned i = 0; i < SPACE_RECENT; i++)
		space->recent[i].span = UINT64_MAX;
}

/* The table that an entry names, NULL if there is none. */
static inline pte_t *table_in(pte_t *entry, bool create)
{
	if (!*entry) {
		paddr_t frame = create ? frame_alloc() : 0;

		if (!frame)
			return NULL;
		*entry = frame | PTE_TABLE;
	}
	return table_at(*entry & PTE_ADDRESS);
}

/* The PML4's entry for `va`. */
static inline pte_t *pml4_entry(const struct space *space, uaddr_t va)
{
	return &table_at(space->tables)[slot(va, SHIFT_PML4)];
}

/* The entry for the 2 MiB around `va`, below that of the PML4. */
static inline __attribute__((always_inline)) pte_t *pd_entry(pte_t *top, uaddr_t va, bool create)
{
	pte_t *table = table_in(top, create);

	if (table)
		table = table_in(&table[slot(va, SHIFT_PDPT)], create);
	return table ? &table[slot(va, SHIFT_PD)] : NULL;
}

static __attribute__((noinline)) pte_t *look_up(struct space *space, uaddr_t va, bool create)
{
	uint64_t span = va >> SHIFT_PD;
	pte_t *top = pml4_entry(space, va);
	paddr_t run = create && !*top ? frame_alloc_run(3) : 0;
	pte_t *entry, *table;

	/* No table at all: with frames in a row, three at once. */
	if (run) {
		*top = run | PTE_TABLE;
		table_at(run)[slot(va, SHIFT_PDPT)] = (run + FRAME_SIZE) | PTE_TABLE;
		table_at(run + FRAME_SIZE)[slot(va, SHIFT_PD)] = (run + 2 * FRAME_SIZE) | PTE_TABLE;
	}
	entry = pd_entry(top, va, create);
	if (!entry || *entry & PTE_PS)
		return entry;
	table = table_in(entry, create);
	if (!table)
		return NULL;
	*recent_of(space, span) = (struct recent_table){span, table};
	return &table[slot(va, SHIFT_PT)];
}

__hot pte_t *paging_entry(struct space *space, uaddr_t va, bool create)
{
	uint64_t span = va >> SHIFT_PD;
	const struct recent_table *recent = recent_of(space, span);

	if (recent->span == span)
		return &recent->table[slot(va, SHIFT_PT)];
	return look_up(space, va, create);
}

bool paging_map_huge(struct space *space, uaddr_t va, unsigned prot)
{
	pte_t *entry = pd_entry(pml4_entry(space, va), va, true);
	paddr_t frame = entry && !*entry ? frame_alloc_huge() : 0;

	if (frame)
		*entry = paging_make(frame, prot) | PTE_PS;
	return frame;
}

/* Maps by a table, for which `frame` is, what the entry maps at once. */
static void split(pte_t *entry, paddr_t frame)
{
	pte_t page = *entry & ~PTE_PS;

	for (unsigned i = 0; i < PT_ENTRIES; i++, page += PAGE_SIZE)
		table_at(frame)[i] = page;
	*entry = frame | PTE_TABLE;
}

bool paging_split(struct space *space, uaddr_t va)
{
	pte_t *entry = pd_entry(pml4_entry(space, va), va, false);
	paddr_t frame;

	if (!entry || !(*entry & PTE_PS))
		return true;
	frame = frame_alloc();
	if (frame)
		split(entry, frame);
	return frame;
}

pte_t paging_make(paddr_t frame, unsigned prot)
{
	/* By PROT_READ, WRITE and EXEC. x86 has no right to write or execute without that to read.
	 */
	static const pte_t rights[] = {
		PTE_NX, PTE_NX | PTE_P, PTE_NX | PTE_W | PTE_P, PTE_NX | PTE_W | PTE_P,
		PTE_P,	PTE_P,		PTE_W | PTE_P,		PTE_W | PTE_P};

	return frame | PTE_U | (rights[prot % 8] & usable);
}

__hot paddr_t paging_frame(pte_t entry)
{
	return entry & PTE_ADDRESS;
}

/* What is done to the pages of a range. */
struct change {
	struct space *space;
	bool unmap; /* else give them other rights: */
	unsigned prot;
	uaddr_t hole_start, hole_end; /* if unmap: where no table is needed */
	bool flush_each;	      /* else drop all translations at the end */
};

/* Does it to an entry that maps 2 MiB at once. */
static pte_t change_huge(pte_t entry, const struct change *change)
{
	paddr_t frame = paging_frame(entry);

	if (!change->unmap)
		return paging_make(frame, change->prot) | PTE_PS;
	for (unsigned i = 0; i < PT_ENTRIES; i++)
		frame_put(frame + i * FRAME_SIZE);
	return 0;
}

/* The entry with other rights; that to write waits for a copy where its frame is shared. */
static pte_t with_rights(pte_t entry, unsigned prot)
{
	paddr_t frame = paging_frame(entry);

	if (prot & PROT_WRITE && !(entry & PTE_SHARED) && frame_is_shared(frame))
		prot &= ~PROT_WRITE;
	return paging_make(frame, prot) |
	       (entry & (prot & PROT_WRITE ? PTE_SHARED : PTE_FILE | PTE_SHARED));
}

/* Does it to what `table` maps of [start, end); its entries map 1 << shift bytes each. */
static void change_in(pte_t *table, unsigned shift, uaddr_t start, uaddr_t end,
		      const struct change *change)
{
	uint64_t span = UINT64_C(1) << shift;
	uaddr_t next;

	for (uaddr_t va = start; va < end; va = next) {
		pte_t *entry = &table[slot(va, shift)];
		uaddr_t base = va & -span;

		next = min(base + span, end);
		if (!*entry)
			continue;
		if (*entry & PTE_PS && next - va < span) {
			/* Of what is unmapped the first page becomes the table. */
			paddr_t frame = paging_frame(*entry) + (va - base);

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
			if (shift == SHIFT_PD)
				forget(change->space, va);
		} else if (shift == SHIFT_PT) {
			*entry = with_rights(*entry, change->prot);
		}
		/* Of a table that goes, too: the CPU may know where it was (SDM 3, 4.10.3). */
		if (change->flush_each && (shift == SHIFT_PT || !*entry))
			invlpg(va);
	}
}

static void apply(struct space *space, struct change *change, uaddr_t start, uaddr_t end)
{
	change->flush_each = end - start <= INVLPG_MAX;
	change_in(table_at(space->tables), SHIFT_PML4, start, end, change);
	if (!change->flush_each)
		flush_tlb();
}

void paging_unmap(struct space *space, uaddr_t start, uaddr_t end, uaddr_t hole_start,
		  uaddr_t hole_end)
{
	apply(space,
	      &(struct change){.space = space,
			       .unmap = true,
			       .hole_start = hole_start,
			       .hole_end = hole_end},
	      start, end);
}

/* The first address in [va, end) whose table is there, or `end`. */
static uaddr_t next_mapped(struct space *space, uaddr_t va, uaddr_t end)
{
	while (va < end) {
		const pte_t *table = table_at(space->tables);
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

uaddr_t paging_first(struct space *space, uaddr_t start, uaddr_t end)
{
	uaddr_t va = start;

	while ((va = next_mapped(space, va, end)) < end && !*paging_entry(space, va, false))
		va += PAGE_SIZE;
	return va;
}

int paging_move(struct space *space, uaddr_t from, uaddr_t to, uint64_t bytes)
{
	uaddr_t end = from + bytes;
	uaddr_t va;

	/* First all tables that are needed: with them nothing can fail. */
	for (va = from; (va = next_mapped(space, va, end)) < end; va = table_end(va)) {
		uaddr_t last = min(end, table_end(va)) - PAGE_SIZE;

		if (!paging_split(space, va) || !paging_entry(space, va - from + to, true) ||
		    !paging_entry(space, last - from + to, true))
			return -ENOMEM;
	}
	for (va = from; (va = next_mapped(space, va, end)) < end; va += PAGE_SIZE) {
		pte_t *source = paging_entry(space, va, false);

		if (*source) {
			*paging_entry(space, va - from + to, false) = *source;
			*source = 0;
		}
	}
	flush_tlb();
	return 0;
}

void paging_protect(struct space *space, uaddr_t start, uaddr_t end, unsigned prot)
{
	apply(space, &(struct change){.prot = prot}, start, end);
}

/* paging_share() for `count` pages from `va` on, which are within one table: `entry`, of `from`. */
static int share_entries(pte_t *entry, struct space *to, uaddr_t va, uint64_t count)
{
	pte_t *copy = NULL;

	for (uint64_t i = 0; i < count; i++) {
		if (!entry[i] || entry[i] & PTE_FILE)
			continue;
		if (!copy)
			copy = paging_entry(to, va, true);
		if (!copy || !frame_get(paging_frame(entry[i])))
			return -ENOMEM;
		if (!(entry[i] & PTE_SHARED))
			entry[i] &= ~(pte_t)PTE_W;
		copy[i] = entry[i];
	}
	return 0;
}

int paging_share(struct space *from, struct space *to, uaddr_t start, uaddr_t end)
{
	int error = 0;
	uaddr_t va = start;

	while (!error && (va = next_mapped(from, va, end)) < end) {
		uaddr_t stop = min(end, table_end(va));

		if (!paging_split(from, va))
			return -ENOMEM;
		error = share_entries(paging_entry(from, va, false), to, va,
				      (stop - va) / PAGE_SIZE);
		va = stop;
	}
	return error;
}

paddr_t paging_new_tables(void)
{
	paddr_t frame = frame_alloc();

	if (frame)
		table_at(frame)[KERNEL_SLOT] = table_at(BOOT_PML4)[KERNEL_SLOT];
	return frame;
}

void paging_end(struct space *space)
{
	const uint64_t half = UINT64_C(1) << 47; /* past USER_TOP: so its last table goes, too */

	paging_unmap(space, 0, half, 0, half);
	if (space->tables != BOOT_PML4)
		frame_put(space->tables);
}
