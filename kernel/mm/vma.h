/* SPDX-License-Identifier: MIT */
/*
 * The areas (VMAs) of the program's address space: what each page may be used
 * for, whether a frame is behind it yet or not. No page tables here.
 *
 * A treap, ordered by address: every operation takes a time logarithmic in
 * the number of areas. Areas that touch and are alike are one.
 */
#ifndef VMA_H
#define VMA_H

#include <stdbool.h>
#include <stdint.h>

/* What is special of an area; 0: it is memory, and a page that isn't there yet is one of zeros. */
enum vma_kind {
	VMA_MEMORY = 0,
	VMA_PAST_EOF = 1, /* behind the end of a mapped file: SIGBUS */
	VMA_NO_WRITE = 2, /* a shared file, which is open for reading alone */
	VMA_KEEP = 4,	  /* what it holds can't come again: a file's, from when it was mapped */
	VMA_IMAGE = 8,	  /* pages of the program's own file, where they were loaded */
	VMA_STACK = 16,	  /* the first thread's stack: memory that grows down */
	VMA_SHARED = 32,  /* MAP_SHARED: no data of the process alone */
};

struct vma {
	uint64_t start, end; /* page aligned, not empty */
	uint8_t prot;	     /* PROT_READ | PROT_WRITE | PROT_EXEC */
	uint8_t kind;	     /* enum vma_kind, or'ed */
	uint32_t priority;   /* above that of its children */
	struct vma *left, *right;
	/* Of the subtree below and including this area: */
	uint64_t low, high; /* first start, last end */
	uint64_t gap;	    /* the widest gap between two neighbours */
};

/* Private memory, whose pages are zeros until they are written to? */
static inline bool vma_is_anonymous(const struct vma *v)
{
	return (v->kind & ~VMA_STACK) == 0;
}

/* The area that holds `address`, or the first one above it; NULL if there is none. */
const struct vma *vma_find(uint64_t address);

/* The end of the last area that ends at or below `address`, or 0. */
uint64_t vma_end_below(uint64_t address);

/*
 * Has areas in reserve, for one vma_add() or vma_remove() of each kind that then
 * can't fail. False: out of memory.
 */
bool vma_reserve(void);

/* Adds an area where none is. Returns 0 or -ENOMEM. */
int vma_add(uint64_t start, uint64_t end, unsigned prot, unsigned kind);

/*
 * Likewise; nothing may be mapped above it. It costs little, and balances
 * nothing: for the few areas that a program starts with.
 */
int vma_append(uint64_t start, uint64_t end, unsigned prot, unsigned kind);

/*
 * Removes all areas, and parts of areas, in [start, end). Returns 0; or, where
 * an area would be cut in two, maybe -ENOMEM and nothing done.
 */
int vma_remove(uint64_t start, uint64_t end);

/* Changes the rights of all areas in [start, end). Returns 0, or -ENOMEM and nothing done. */
int vma_protect(uint64_t start, uint64_t end, unsigned prot);

/*
 * How far from `start` on, at most to `end`, every byte is in an area with all
 * rights of `prot`: `start` if the first one isn't.
 */
/*@
  requires start <= end;
  ensures start <= \result <= end;
*/
uint64_t vma_reach(uint64_t start, uint64_t end, unsigned prot);

/* The kinds, or'ed, of all areas in [start, end). */
unsigned vma_kinds(uint64_t start, uint64_t end);

/* The highest `size` bytes in [low, high) that no area touches, or 0. All page aligned. */
uint64_t vma_find_gap(uint64_t size, uint64_t low, uint64_t high);

/* The seed of the treap's balance: so that a program can't know it. */
void vma_seed(uint32_t seed);

#endif
