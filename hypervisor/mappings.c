/* SPDX-License-Identifier: MIT */
/* What the guest's page tables map, as they are: SDM 3, 4.5. */
#include "mappings.h"

#include <string.h>

#include "../kernel/x86/pte.h"
#include "longmode.h"

#define LOOKS_MAX (1 << 24) /* entries: the small pages of 64 GiB */

/* A way through the tables. */
struct walk {
	const struct guestmem *mem;
	struct mappings *found;
	unsigned levels; /* of the tables: 4 or 5 */
	unsigned looks;
};

/* Adds what an entry maps, to the last mapping if it goes on. */
static void add(struct walk *walk, uint64_t virtual, uint64_t physical, uint64_t bytes, bool write,
		bool execute)
{
	struct mappings *found = walk->found;
	struct mapping *last = found->count ? &found->list[found->count - 1] : NULL;

	if (!guestmem_contains(walk->mem->size, physical, bytes))
		return;
	if (last && last->virtual + last->bytes == virtual &&
	    last->physical + last->bytes == physical && last->write == write &&
	    last->execute == execute)
		last->bytes += bytes;
	else if (found->count < MAPPINGS_MAX)
		found->list[found->count++] =
			(struct mapping){virtual, physical, bytes, write, execute};
}

/* A table of a level, the highest for that of CR3, whose first entry is for this address. */
static void look(struct walk *walk, unsigned level, uint64_t table, uint64_t virtual, bool write,
		 bool execute)
{
	const unsigned shift = 12 + 9 * (level - 1);
	uint64_t entries[PT_ENTRIES];

	if (guestmem_read(walk->mem, table, entries, sizeof(entries)) < 0)
		return;
	for (uint64_t i = 0; i < PT_ENTRIES && walk->looks < LOOKS_MAX; i++, walk->looks++) {
		const uint64_t entry = entries[i];
		const uint64_t bytes = UINT64_C(1) << shift;
		uint64_t at = virtual | i << shift;
		const bool w = write && entry & PTE_W;
		const bool x = execute && !(entry & PTE_NX);

		if (level == walk->levels && i >= PT_ENTRIES / 2)
			at |= -(bytes * PT_ENTRIES); /* canonical: SDM 1, 3.3.7.1 */
		if (!(entry & PTE_P))
			continue;
		if (level == 1 || (level <= 3 && entry & PTE_PS))
			add(walk, at, entry & PTE_ADDRESS & ~(bytes - 1), bytes, w, x);
		else
			look(walk, level - 1, entry & PTE_ADDRESS, at, w, x);
	}
}

void mappings_find(struct mappings *mappings, const struct guestmem *mem,
		   const struct kvm_sregs *sregs)
{
	struct walk walk = {.mem = mem, .found = mappings, .levels = sregs->cr4 & CR4_LA57 ? 5 : 4};

	mappings->count = 0;
	if (sregs->efer & EFER_LMA)
		look(&walk, walk.levels, sregs->cr3 & PTE_ADDRESS, 0, true, true);
	else if (!(sregs->cr0 & CR0_PG))
		add(&walk, 0, 0, mem->size, true, true);
}
