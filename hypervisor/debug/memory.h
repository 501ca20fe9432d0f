/* SPDX-License-Identifier: MIT */
/* Guest memory by the guest's virtual addresses. */
#ifndef DEBUG_MEMORY_H
#define DEBUG_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../guestmem.h"
#include "state.h"

/* Whose memory it is, and by which registers it is looked up. */
struct memory {
	const struct guestmem *mem;
	const struct state *state;
	bool direct_map; /* the kernel's is known, even while the page tables don't have it yet */
};

/* What page tables say of a virtual address. */
struct mapping {
	gpa_t gpa;
	uint64_t bytes;	 /* from there to the end of the page */
	uint64_t rights; /* PTE_W, PTE_U and PTE_NX, as all levels together have them */
};

/*
 * Translates by the page tables that CR3 names, as SDM 3, 4.5 has it; without paging an
 * address is physical. false: nothing is mapped there, a table lies outside guest memory, or
 * the paging is that of 32 bits. Any value of any register is safe.
 */
bool memory_translate(const struct memory *memory, uint64_t address, struct mapping *mapping);

/*
 * Copies from or to virtual memory, whatever the rights there. Returns how many bytes
 * could be copied, from the start on.
 */
size_t memory_read(const struct memory *memory, uint64_t address, void *to, size_t length);
size_t memory_write(const struct memory *memory, uint64_t address, const void *from, size_t length);

/* A string of at most size - 1 bytes, cut if it is longer. false: it isn't mapped. */
bool memory_string(const struct memory *memory, uint64_t address, char *to, size_t size);

#endif
