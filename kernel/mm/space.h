/* SPDX-License-Identifier: MIT */
/*
 * An address space: its areas and its page tables, changed together, and its
 * heap. It may be the current one or another.
 */
#ifndef SPACE_H
#define SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "vma.h"

/* The one that the CPU uses: that of the program, for traps and for its system calls. */
extern struct space *current_space;

/* Makes an empty space of zeros, with one reference. `tables` is a PML4 whose slots 0 to 255 are
 * empty. */
void space_init(struct space *space, paddr_t tables);

/* Makes it the current one. */
void space_switch(struct space *space);

/* The same for a while: returns the one to go back to, by space_visit() again. */
struct space *space_visit(struct space *space);

/* A new empty space, with one reference. NULL: out of memory. */
struct space *space_new(void);

/*
 * A new space with the areas, the pages and the heap of another, as fork(2) has it: private
 * pages are copied when one of the two writes to them. NULL: out of memory.
 */
struct space *space_copy(struct space *space);

/* Takes a reference. */
void space_get(struct space *space);

/* Drops a reference; with the last one, all that the space has. Then it isn't the current one. */
void space_put(struct space *space);

/* Page frames that are mapped in it, shared ones too. Goes through all pages. */
uint64_t space_resident(struct space *space);

/*
 * All addresses are page aligned and in [USER_MIN, USER_TOP), unless said
 * otherwise. Errors are negative errnos; -ENOMEM leaves things as they were.
 */

/* Maps zeros, on first use. Nothing may be mapped there. */
int space_map(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind);

/*
 * Maps a file, from the page-aligned `offset` on, and takes a reference to it: its
 * pages, on first use, which are copied when they are written to. Nothing may be mapped there.
 * Without a file, NULL and 0, it is space_map().
 */
int space_map_file(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind,
		   struct cache *cache, uint64_t offset);

/* space_map() above all that is mapped: see vma_append(). */
int space_append(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind);

/* Unmaps whatever is there. */
int space_unmap(struct space *space, uaddr_t start, uaddr_t end);

/* Lets the memory that is there read as zeros, or as its file, again. */
void space_discard(struct space *space, uaddr_t start, uaddr_t end);

/* Zeros shared memory that isn't a file's, for all that have it. */
void space_zero(struct space *space, uaddr_t start, uaddr_t end);

/*
 * Moves the area, or the part of one, [from, from + old) to [to, to + new),
 * where nothing is, with what it holds; to less room only what fits. With `keep`
 * an area without pages stays where it was.
 */
int space_move(struct space *space, uaddr_t from, uint64_t old, uaddr_t to, uint64_t new,
	       bool keep);

/* Changes the rights of what is there. */
int space_protect(struct space *space, uaddr_t start, uaddr_t end, unsigned prot);

/*
 * Lets the first thread's stack, an area of VMA_STACK that ends at USER_TOP,
 * grow to `bytes` at most, as far as there is room. What it holds stays.
 */
void space_limit_stack(struct space *space, uint64_t bytes);

/*
 * Bytes of the areas with all rights of `prot` and none of the kinds `without`;
 * of the stack what it has grown to. Goes through all areas.
 */
uint64_t space_size(struct space *space, unsigned prot, unsigned without);

/*
 * Maps page frames, from `frame` on, at [start, end) of an area with these
 * rights. Returns the end of what it has mapped: it stops at a page that was
 * populated, at the end of a table, and where there is no memory for a table.
 */
uaddr_t space_map_frames(struct space *space, uaddr_t start, uaddr_t end, paddr_t frame,
			 unsigned prot);

/*
 * Unmaps up to `count` pages that the page cache has as well, of this and other
 * times in turn; when they are touched, they come again. Returns how many it was.
 */
uint64_t space_drop_clean(struct space *space, uint64_t count);

/*
 * Unmaps the pages [first, end) of a file, which it is about to lose; with `copies` also those that
 * a private mapping has written to. Goes through all areas.
 */
void space_cut(struct space *space, const struct cache *cache, uint64_t first, uint64_t end,
	       bool copies);

/* May the file be written to by a mapping of it, now or after mprotect(2)? Goes through all areas.
 */
bool space_may_write(struct space *space, const struct cache *cache);

/*
 * The physical memory at the start of [address, address + length), which is
 * mapped and not empty; alignment and rights don't matter. With `write` it is
 * the program's own to write to; else it may be a file's page, only to be read.
 * If the first page isn't populated, populates as much as it can in one piece.
 * Sets *pa, which holds until page frames are allocated again, and returns how many
 * bytes lie there in one piece, 1 to `length`; -ENOMEM; or -EFAULT where a file has no
 * page to give.
 */
int64_t space_run(struct space *space, uaddr_t address, uint64_t length, bool write, paddr_t *pa);

/*
 * Populates the pages of [start, end), which are mapped, to be read or written: see space_run().
 * Returns 0 or its error.
 */
int space_populate(struct space *space, uaddr_t start, uaddr_t end, bool write);

/*
 * The program touched the page of `address` (any value) for `prot` (one of
 * PROT_READ, WRITE, EXEC) and faulted. Returns 0: it can go on now; -EFAULT:
 * no right (SIGSEGV); -EIO: behind the end of a file (SIGBUS); -ENOMEM: out of
 * page frames.
 */
int space_fault(struct space *space, uaddr_t address, unsigned prot);

/* The heap starts, and is empty, at the page-aligned `start`. */
void space_start_brk(struct space *space, uaddr_t start);

/*
 * Moves the end of the heap to `brk`, any value. Returns 0, or -ENOMEM where it
 * can't be; then it stays.
 */
int space_move_brk(struct space *space, uaddr_t brk);

#endif
