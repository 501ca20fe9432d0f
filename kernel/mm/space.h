/* SPDX-License-Identifier: MIT */
/* The program's address space: its areas and its pages, changed together. */
#ifndef SPACE_H
#define SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "vma.h"

/*
 * All addresses are page aligned and in [USER_MIN, USER_TOP), unless said
 * otherwise. Errors are negative errnos; -ENOMEM leaves things as they were.
 */

/* Maps zeros, on first use. Nothing may be mapped there. */
int space_map(uint64_t start, uint64_t end, unsigned prot, unsigned kind);

/* The same above all that is mapped: see vma_append(). */
int space_append(uint64_t start, uint64_t end, unsigned prot, unsigned kind);

/* Unmaps whatever is there. */
int space_unmap(uint64_t start, uint64_t end);

/* Lets the memory that is there read as zeros again. */
void space_discard(uint64_t start, uint64_t end);

/*
 * Moves the area, or the part of one, [from, from + old) to [to, to + new),
 * where nothing is, with what it holds; to less room only what fits. With `keep`
 * an area without pages stays where it was.
 */
int space_move(uint64_t from, uint64_t old, uint64_t to, uint64_t new, bool keep);

/* Changes the rights of what is there. */
int space_protect(uint64_t start, uint64_t end, unsigned prot);

/*
 * Lets the first thread's stack, an area of VMA_STACK that ends at USER_TOP,
 * grow to `bytes` at most, as far as there is room. What it holds stays.
 */
void space_limit_stack(uint64_t bytes);

/*
 * Bytes of the areas with all rights of `prot` and none of the kinds `without`;
 * of the stack what it has grown to. Goes through all areas.
 */
uint64_t space_size(unsigned prot, unsigned without);

/*
 * Puts frames, from `frame` on, behind the pages of [start, end), of an area
 * with these rights. Returns the end of those that now have one: it stops at a
 * page that had, at the end of a table, and where there is none to be had.
 */
uint64_t space_give(uint64_t start, uint64_t end, uint64_t frame, unsigned prot);

/*
 * The physical memory behind the start of [address, address + length), which
 * is mapped and not empty; alignment and rights don't matter. If the first
 * page isn't there, brings in as much as lies in one piece. Sets *pa and returns how many bytes lie
 * there in one piece, 1 to `length`; -ENOMEM; or -EFAULT behind the end of a mapped file.
 */
int64_t space_run(uint64_t address, uint64_t length, uint64_t *pa);

/*
 * The program touched the page of `address` (any value) for `prot` (one of
 * PROT_READ, WRITE, EXEC) and it wasn't there or didn't allow it. Returns 0:
 * it is there now; -EFAULT: no right (SIGSEGV); -EIO: behind the end of a file
 * (SIGBUS); -ENOMEM: out of frames.
 */
int space_fault(uint64_t address, unsigned prot);

#endif
