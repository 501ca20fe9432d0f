/* SPDX-License-Identifier: MIT */
/* All that the page tables map, for `monitor info tlb`. */
#include "pagewalk.h"

#include <inttypes.h>

#include "../../kernel/layout.h"
#include "../../kernel/x86/pte.h"
#include "../longmode.h"

#define RIGHTS (PTE_W | PTE_U | PTE_NX)

#define RANGES_MAX 65536 /* lines of some 70 bytes */

struct walk {
	const struct machine *machine;
	FILE *out;
	uint64_t entries_left;
	unsigned ranges_left;
	/* The range that is being put together. */
	uint64_t start, end, rights;
	uint64_t physical, physical_end, pieces; /* of the last of its pieces; 0: there is none */
};

/* What the kernel has there, by the symbols of its image. */
static const char *label(const struct machine *machine, uint64_t address)
{
	static const struct {
		const char *symbol, *text;
	} parts[] = {
		{"kernel_text_end", "kernel code"},
		{"kernel_rodata_end", "kernel constants"},
		{"kernel_end", "kernel data"},
	};
	uint64_t end;

	if (!machine->kernel.known)
		return "";
	if (!(address >> 63))
		return "program";
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (symbols_find(&machine->symbols, parts[i].symbol, &end) && address < end)
			return parts[i].text;
	return "direct map";
}

static void print_range(struct walk *walk)
{
	if (!walk->pieces)
		return;
	if (--walk->ranges_left == 0)
		walk->entries_left = 0;
	fprintf(walk->out, "%016" PRIx64 "-%016" PRIx64 " %c%c%c ", walk->start, walk->end,
		walk->rights & PTE_U ? 'u' : '-', walk->rights & PTE_W ? 'w' : '-',
		walk->rights & PTE_NX ? '-' : 'x');
	if (walk->pieces == 1)
		fprintf(walk->out, "at %" PRIx64, walk->physical);
	else
		fprintf(walk->out, "in %" PRIu64 " pieces", walk->pieces);
	fprintf(walk->out, "  %s\n", label(walk->machine, walk->start));
	walk->pieces = 0;
}

/* Adds a page to the range, or begins another one with it. */
static void add_page(struct walk *walk, uint64_t address, uint64_t bytes, uint64_t physical,
		     uint64_t rights)
{
	/* A range ends where another part of the kernel begins, too. */
	if (walk->pieces && (walk->end != address || walk->rights != rights ||
			     label(walk->machine, walk->start) != label(walk->machine, address)))
		print_range(walk);
	if (!walk->pieces) {
		walk->start = address;
		walk->rights = rights;
		walk->physical = walk->physical_end = physical;
		walk->pieces = 1;
	}
	if (walk->physical_end != physical)
		walk->pieces++;
	walk->physical_end = physical + bytes;
	walk->end = address + bytes;
}

/* A table of `level`: 0 is a page table. Of the entries above it, `rights`. */
static void walk_table(struct walk *walk, gpa_t table, int level, uint64_t address, uint64_t rights)
{
	const unsigned shift = SHIFT_PT + 9 * level;
	const unsigned top = walk->machine->state.sregs.cr4 & CR4_LA57 ? 57 : 48;
	uint64_t entry;

	for (unsigned i = 0; i < PT_ENTRIES && walk->entries_left > 0; i++) {
		uint64_t at = address | (uint64_t)i << shift;
		uint64_t both;

		walk->entries_left--;
		if (guestmem_read(walk->machine->memory.mem, table + i * sizeof(entry), &entry,
				  sizeof(entry)) < 0 ||
		    !(entry & PTE_P))
			continue;
		at = (uint64_t)((int64_t)(at << (64 - top)) >> (64 - top));
		both = (rights & entry & (PTE_W | PTE_U)) | ((rights | entry) & PTE_NX);
		if (level == 0 || (entry & PTE_PS && level <= 2))
			add_page(walk, at, UINT64_C(1) << shift,
				 entry & PTE_ADDRESS & -(UINT64_C(1) << shift), both);
		else
			walk_table(walk, entry & PTE_ADDRESS, level - 1, at, both);
	}
}

void pagewalk_print(const struct machine *machine, FILE *out)
{
	const struct kvm_sregs *sregs = &machine->state.sregs;
	struct walk walk = {
		.machine = machine,
		.out = out,
		.entries_left = 4 * (machine->memory.mem->size / sizeof(pte_t)),
		.ranges_left = RANGES_MAX,
	};

	if (!(sregs->cr0 & CR0_PG) || !(sregs->efer & EFER_LMA)) {
		fprintf(out, "no paging of 64-bit mode: CR0 %llx, EFER %llx\n", sregs->cr0,
			sregs->efer);
		return;
	}
	walk_table(&walk, sregs->cr3 & PTE_ADDRESS, sregs->cr4 & CR4_LA57 ? 4 : 3, 0,
		   PTE_W | PTE_U);
	print_range(&walk);
	if (!walk.entries_left)
		fputs("and more: the tables lead back into themselves, or have too many ranges\n",
		      out);
}
