/* SPDX-License-Identifier: MIT */
/* Breakpoints and watchpoints. */
#include "breakpoints.h"

#include <errno.h>
#include <string.h>

#include "../../kernel/x86/pte.h"

/* SDM 3, 17.2.4 */
#define DR7_1		  (1u << 10) /* reads as 1 */
#define DR7_LE_GE	  (3u << 8)  /* exact data breakpoints, for old CPUs */
#define DR7_LOCAL(n)	  (1u << 2 * (n))
#define DR7_RW_LEN(n, rw) ((uint64_t)(rw) << (16 + 4 * (n)))

static struct breakpoint *find(struct breakpoints *all, uint64_t address)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->soft[i].address == address)
			return &all->soft[i];
	return NULL;
}

const struct breakpoint *breakpoint_at(const struct breakpoints *all, uint64_t address)
{
	return find((struct breakpoints *)all, address);
}

int breakpoint_add(struct breakpoints *all, uint64_t address, unsigned asker, bool of_program,
		   struct owner owner)
{
	struct breakpoint *breakpoint = find(all, address);

	if (!breakpoint) {
		if (all->count == BREAKPOINTS_MAX)
			return -ENOSPC;
		breakpoint = &all->soft[all->count++];
		*breakpoint = (struct breakpoint){.address = address};
	}
	breakpoint->askers |= asker;
	breakpoint->of_program = of_program;
	breakpoint->owner = owner;
	return 0;
}

void breakpoints_set_owner(struct breakpoints *all, struct owner owner)
{
	for (size_t i = 0; i < all->count; i++) {
		if (all->soft[i].of_program && all->soft[i].askers & OF_GDB) {
			all->soft[i].owner = owner;
			all->soft[i].seen = false;
		}
	}
}

static void drop(struct breakpoints *all, struct breakpoint *breakpoint, unsigned asker)
{
	breakpoint->askers &= ~asker;
	if (!breakpoint->askers)
		*breakpoint = all->soft[--all->count];
}

void breakpoint_remove(struct breakpoints *all, uint64_t address, unsigned asker)
{
	struct breakpoint *breakpoint = find(all, address);

	if (breakpoint)
		drop(all, breakpoint, asker);
}

void breakpoints_remove_all(struct breakpoints *all, unsigned asker)
{
	/*
	 * Backwards: the place of one that is dropped is filled by the last, which was looked at
	 * before.
	 */
	for (size_t i = all->count; i-- > 0;)
		drop(all, &all->soft[i], asker);
}

bool breakpoints_want_pages(const struct breakpoints *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->soft[i].of_program)
			return true;
	return false;
}

/* Where a breakpoint goes, in the space that is the current one. */
static bool locate(const struct breakpoint *breakpoint, const struct memory *memory,
		   struct mapping *mapping)
{
	if (!memory_translate(memory, breakpoint->address, mapping))
		return false;
	/* Before the first program there is the image, at addresses that a program will have. */
	return !breakpoint->owner.known || !breakpoint->of_program || mapping->rights & PTE_U;
}

/* What is at `gpa`: all of it, or up to the end of memory with zeros behind. */
static bool read_context(const struct memory *memory, gpa_t gpa,
			 uint8_t context[BREAKPOINT_CONTEXT])
{
	size_t bytes = BREAKPOINT_CONTEXT;

	memset(context, 0, bytes);
	while (bytes > 0 && guestmem_read(memory->mem, gpa, context, bytes) < 0)
		bytes--;
	return bytes > 0;
}

/* Finds the place of a breakpoint, and keeps what is there. false: it has none now. */
static bool prepare(struct breakpoint *breakpoint, const struct memory *memory)
{
	const bool foreign = breakpoint->of_program && breakpoint->owner.known &&
			     breakpoint->owner.cr3 != memory->state->sregs.cr3;
	uint8_t context[BREAKPOINT_CONTEXT];
	struct mapping mapping;

	if (foreign)
		return breakpoint->seen && read_context(memory, breakpoint->gpa, context) &&
		       memcmp(context, breakpoint->original, sizeof(context)) == 0;
	if (!locate(breakpoint, memory, &mapping) ||
	    !read_context(memory, mapping.gpa, breakpoint->original))
		return false;
	breakpoint->seen = true;
	breakpoint->gpa = mapping.gpa;
	breakpoint->opcode = mapping.rights & PTE_U ? OPCODE_INT3 : OPCODE_HLT;
	return true;
}

void breakpoints_plant(struct breakpoints *all, const struct memory *memory, const uint64_t *except)
{
	/* First all contexts are read: one breakpoint may lie in another's. */
	for (size_t i = 0; i < all->count; i++)
		all->soft[i].planted = (!except || *except != all->soft[i].address) &&
				       prepare(&all->soft[i], memory);
	for (size_t i = 0; i < all->count; i++)
		if (all->soft[i].planted)
			guestmem_write(memory->mem, all->soft[i].gpa, &all->soft[i].opcode, 1);
}

/* Puts back what was there, unless the guest has put something else there. */
static void restore(const struct breakpoint *breakpoint, const struct memory *memory, gpa_t gpa)
{
	uint8_t byte;

	if (guestmem_read(memory->mem, gpa, &byte, sizeof(byte)) == 0 && byte == breakpoint->opcode)
		guestmem_write(memory->mem, gpa, breakpoint->original, 1);
}

void breakpoints_lift(struct breakpoints *all, const struct memory *memory)
{
	struct mapping mapping;

	for (size_t i = 0; i < all->count; i++) {
		struct breakpoint *breakpoint = &all->soft[i];

		if (!breakpoint->planted)
			continue;
		restore(breakpoint, memory, breakpoint->gpa);
		/* After a fork(2) this may be a copy of the page that it was planted in. */
		if (memory_translate(memory, breakpoint->address, &mapping) &&
		    mapping.gpa != breakpoint->gpa)
			restore(breakpoint, memory, mapping.gpa);
		breakpoint->planted = false;
	}
}

/* The largest piece of a range that one debug register can hold. */
static unsigned piece_of(uint64_t address, uint64_t length)
{
	unsigned piece = 8;

	while (piece > length || address % piece)
		piece /= 2;
	return piece;
}

static struct hardware *find_hardware(struct breakpoints *all, const struct hardware *wanted)
{
	for (unsigned i = 0; i < HARDWARE_MAX; i++) {
		struct hardware *hard = &all->hard[i];

		if (hard->used == wanted->used &&
		    (!wanted->used ||
		     (hard->watch == wanted->watch && hard->address == wanted->address &&
		      hard->length == wanted->length)))
			return hard;
	}
	return NULL;
}

int hardware_remove(struct breakpoints *all, enum watch watch, uint64_t address, uint64_t length)
{
	int error = length ? 0 : -ENOENT;
	unsigned piece;

	for (; length > 0; address += piece, length -= piece) {
		struct hardware *hard;

		piece = piece_of(address, length);
		hard = find_hardware(all, &(struct hardware){true, watch, address, piece});
		if (!hard)
			return -ENOENT;
		hard->used = false;
	}
	return error;
}

int hardware_add(struct breakpoints *all, enum watch watch, uint64_t address, uint64_t length)
{
	struct hardware before[HARDWARE_MAX];
	unsigned piece;

	memcpy(before, all->hard, sizeof(before));
	if (!length || length > 8 * HARDWARE_MAX)
		return -ENOSPC;
	for (; length > 0; address += piece, length -= piece) {
		struct hardware *hard = find_hardware(all, &(struct hardware){.used = false});

		piece = piece_of(address, length);
		if (!hard) {
			memcpy(all->hard, before, sizeof(all->hard));
			return -ENOSPC;
		}
		*hard = (struct hardware){true, watch, address, piece};
	}
	return 0;
}

void hardware_registers(const struct breakpoints *all, __u64 debugreg[8])
{
	/* LEN, by the length; of an instruction it is 0. */
	static const uint8_t lengths[] = {[1] = 0, [2] = 1, [4] = 3, [8] = 2};

	debugreg[7] = DR7_1 | DR7_LE_GE;
	for (unsigned i = 0; i < HARDWARE_MAX; i++) {
		const struct hardware *hard = &all->hard[i];

		if (!hard->used)
			continue;
		debugreg[i] = hard->address;
		debugreg[7] |= DR7_LOCAL(i) |
			       DR7_RW_LEN(i, hard->watch | (unsigned)lengths[hard->length] << 2);
	}
}
