/* SPDX-License-Identifier: MIT */
/* Guest memory by the guest's virtual addresses. */
#include "memory.h"

#include "../../kernel/layout.h"
#include "../../kernel/x86/pte.h"
#include "../longmode.h"

/* By the page tables of 64-bit mode. */
static bool walk(const struct memory *memory, uint64_t address, struct mapping *mapping)
{
	const bool five = memory->state->sregs.cr4 & CR4_LA57;
	const unsigned unused = five ? 64 - 57 : 64 - 48;
	uint64_t entry = memory->state->sregs.cr3;
	uint64_t all = PTE_W | PTE_U;
	uint64_t any = 0;
	uint64_t within;
	unsigned shift = 0;

	/* Canonical: the bits above those that are translated are copies of the highest. */
	if ((uint64_t)((int64_t)(address << unused) >> unused) != address)
		return false;
	for (int level = five ? 4 : 3; level >= 0; level--) {
		shift = SHIFT_PT + 9 * level;
		if (guestmem_read(memory->mem,
				  (entry & PTE_ADDRESS) +
					  (address >> shift) % PT_ENTRIES * sizeof(entry),
				  &entry, sizeof(entry)) < 0 ||
		    !(entry & PTE_P))
			return false;
		all &= entry;
		any |= entry;
		if (entry & PTE_PS && (level == 1 || level == 2))
			break;
	}
	within = (UINT64_C(1) << shift) - 1;
	mapping->bytes = within + 1 - (address & within);
	mapping->gpa = (entry & PTE_ADDRESS & ~within) | (address & within);
	mapping->rights = (all & (PTE_W | PTE_U)) | (any & PTE_NX);
	return true;
}

bool memory_translate(const struct memory *memory, uint64_t address, struct mapping *mapping)
{
	const struct kvm_sregs *sregs = &memory->state->sregs;
	uint64_t to_page_end = PAGE_SIZE - address % PAGE_SIZE;

	if (!(sregs->cr0 & CR0_PG)) {
		*mapping = (struct mapping){address, to_page_end, PTE_W};
		return guestmem_contains(memory->mem->size, address, to_page_end);
	}
	if (sregs->efer & EFER_LMA && walk(memory, address, mapping))
		return true;
	*mapping = (struct mapping){address - KERNEL_BASE, to_page_end, PTE_W};
	return memory->direct_map && address >= KERNEL_BASE && sregs->efer & EFER_LMA &&
	       guestmem_contains(memory->mem->size, mapping->gpa, to_page_end);
}

/* One piece of a copy. Returns its bytes, 0: nothing is there. */
static size_t next_piece(const struct memory *memory, uint64_t address, size_t length, gpa_t *gpa)
{
	struct mapping mapping;
	size_t piece;

	if (!memory_translate(memory, address, &mapping))
		return 0;
	piece = mapping.bytes < length ? mapping.bytes : length;
	*gpa = mapping.gpa;
	return guestmem_contains(memory->mem->size, mapping.gpa, piece) ? piece : 0;
}

size_t memory_read(const struct memory *memory, uint64_t address, void *to, size_t length)
{
	size_t done = 0, piece;
	gpa_t gpa;

	for (; done < length; done += piece) {
		piece = next_piece(memory, address + done, length - done, &gpa);
		if (!piece || guestmem_read(memory->mem, gpa, (char *)to + done, piece) < 0)
			break;
	}
	return done;
}

size_t memory_write(const struct memory *memory, uint64_t address, const void *from, size_t length)
{
	size_t done = 0, piece;
	gpa_t gpa;

	for (; done < length; done += piece) {
		piece = next_piece(memory, address + done, length - done, &gpa);
		if (!piece ||
		    guestmem_write(memory->mem, gpa, (const char *)from + done, piece) < 0)
			break;
	}
	return done;
}

bool memory_string(const struct memory *memory, uint64_t address, char *to, size_t size)
{
	for (size_t i = 0; i < size - 1; i++) {
		if (memory_read(memory, address + i, to + i, 1) != 1)
			return false;
		if (!to[i])
			return true;
	}
	to[size - 1] = '\0';
	return true;
}
