/* SPDX-License-Identifier: MIT */
/* What the guest's page tables map, as they are. */
#ifndef MAPPINGS_H
#define MAPPINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guestmem.h"
#include "kvm.h"

#define MAPPINGS_MAX 16384

/* Addresses that follow each other and lead to physical ones that do, with the same rights. */
struct mapping {
	uint64_t virtual, physical, bytes;
	bool write, execute;
};

struct mappings {
	size_t count;
	struct mapping list[MAPPINGS_MAX];
};

/*
 * Finds them by the registers, in the order of addresses, as far as they lead to guest memory.
 * Without paging all memory is one; of paging that isn't long mode's none is told. The tables are
 * the guest's, and may be a labyrinth: what is found is cut off after MAPPINGS_MAX of them, and the
 * search after a while.
 */
void mappings_find(struct mappings *mappings, const struct guestmem *mem,
		   const struct kvm_sregs *sregs);

#endif
