/* SPDX-License-Identifier: MIT */
/* The program's page tables. */
#ifndef PAGING_H
#define PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "../layout.h"
#include "mm_types.h"

#define TABLE_SPAN (UINT64_C(512) * PAGE_SIZE) /* what one page table maps */

/* The end of what is mapped by the page table that `va` is in. */
static inline uaddr_t table_end(uaddr_t va)
{
	return (va | (TABLE_SPAN - 1)) + 1;
}

/* `nx`: EFER.NXE is on, so entries may forbid to execute. */
void paging_init(bool nx);

/* The space has these tables: a PML4 whose slots 0 to 255 are empty. */
void paging_start(struct space *space, paddr_t tables);

/*
 * The entry that maps the program's page `va`, or NULL if its table is not
 * there. With `create`, missing tables are made; NULL: out of frames. An
 * entry other than 0 owns a frame, even where it isn't present; with PTE_PS,
 * the 2 MiB around `va`.
 */
pte_t *paging_entry(struct space *space, uaddr_t va, bool create);

/*
 * Maps a frame of 2 MiB where `va` is, if nothing is mapped in the 2 MiB
 * around it. False: something is, or there is no such frame.
 */
bool paging_map_huge(struct space *space, uaddr_t va, unsigned prot);

/* Has the page `va` an entry of its own, if it is mapped. False: out of frames. */
bool paging_split(struct space *space, uaddr_t va);

/* The entry for a frame that a program may use by `prot` (PROT_READ, WRITE, EXEC). */
pte_t paging_make(paddr_t frame, unsigned prot);

/* The frame that an entry owns. */
paddr_t paging_frame(pte_t entry);

/*
 * Frees the frames of [start, end), and the tables that map nothing but the
 * hole [hole_start, hole_end) around it. All are page aligned.
 */
void paging_unmap(struct space *space, uaddr_t start, uaddr_t end, uaddr_t hole_start,
		  uaddr_t hole_end);

/* The first page in [start, end) that has a frame, or `end`. */
uaddr_t paging_first(struct space *space, uaddr_t start, uaddr_t end);

/*
 * Moves the pages of [from, from + bytes) to `to`, where there are none.
 * Returns 0, or -ENOMEM and has moved none.
 */
int paging_move(struct space *space, uaddr_t from, uaddr_t to, uint64_t bytes);

/*
 * Has `to` share the page frames that `from` has in [start, end). What one of the two then writes
 * to is copied first, but for shared memory. Pages of the page cache are left out: they come
 * again. Returns 0, or -ENOMEM with a part done. The caller drops old translations of `from`.
 */
int paging_share(struct space *from, struct space *to, uaddr_t start, uaddr_t end);

/* Frees all page frames and tables of the program's half, and the PML4 unless it is the first. */
void paging_end(struct space *space);

/* Tables for a new space: a PML4 that has the kernel's half, or 0. */
paddr_t paging_new_tables(void);

/* Gives the pages that are in [start, end) other rights; first paging_split() both where they are
 * within 2 MiB. */
void paging_protect(struct space *space, uaddr_t start, uaddr_t end, unsigned prot);

#endif
