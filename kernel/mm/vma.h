/* SPDX-License-Identifier: MIT */
/*
 * The areas (VMAs) of an address space: what each page may be used for,
 * whether it is populated yet or not. No page tables here. Areas that touch
 * and are alike are one; those of a file only where its offsets go on.
 */
#ifndef VMA_H
#define VMA_H

#include <stdbool.h>
#include <stdint.h>

#include "mm_types.h"

/* Private memory, whose pages are zeros until they are written to? */
static inline bool vma_is_anonymous(const struct vma *v)
{
	return (v->kind & ~(VMA_STACK | VMA_NO_FORK | VMA_FORK_ZERO)) == 0 && !v->cache;
}

/* Where in its file `address`, of an area, is; an area without one is at 0. */
static inline uint64_t vma_offset(const struct vma *v, uaddr_t address)
{
	return v->cache ? v->offset + (address - v->start) : 0;
}

/* The area that holds `address`, or the first one above it; NULL if there is none. */
const struct vma *vma_find(struct space *space, uaddr_t address);

/* The end of the last area that ends at or below `address`, or 0. */
uaddr_t vma_end_below(struct space *space, uaddr_t address);

/* What no area touches around `address`, where none is; 0 and USER_TOP bound it. */
struct vma_hole {
	uaddr_t start, end;
} vma_hole_at(struct space *space, uaddr_t address);

/*
 * Has areas in reserve, for one vma_add() or vma_remove() of each kind that then
 * can't fail. False: out of memory.
 */
bool vma_reserve(struct space *space);

/* What an area is to be: see struct vma. */
struct vma_new {
	uaddr_t start, end;
	unsigned prot, kind;
	struct cache *cache;
	uint64_t offset;
};

/* Adds an area where none is; it takes a reference to its file. Returns 0 or -ENOMEM. */
int vma_add(struct space *space, const struct vma_new *new);

/*
 * Likewise, of memory; nothing may be mapped above it. It costs little, and balances
 * nothing: for the few areas that a program starts with.
 */
int vma_append(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind);

/*
 * Removes all areas, and parts of areas, in [start, end). Returns 0; or, where
 * an area would be cut in two, maybe -ENOMEM and nothing done.
 */
int vma_remove(struct space *space, uaddr_t start, uaddr_t end);

/* Changes the rights of all areas in [start, end). Returns 0, or -ENOMEM and nothing done. */
int vma_protect(struct space *space, uaddr_t start, uaddr_t end, unsigned prot);

/* The same for their kind: what of it is set, and what cleared. */
int vma_mark(struct space *space, uaddr_t start, uaddr_t end, unsigned set, unsigned clear);

/*
 * How far from `start` on, at most to `end`, every byte is in an area with all
 * rights of `prot`: `start` if the first one isn't.
 */
/*@
  requires start <= end;
  ensures start <= \result <= end;
*/
uaddr_t vma_reach(struct space *space, uaddr_t start, uaddr_t end, unsigned prot);

/*
 * Adds all areas of `from` to `to`, which has none. Returns 0; or -ENOMEM, and some are missing.
 */
int vma_copy(struct space *to, const struct space *from);

/* Removes all areas, and frees those in reserve. The space gets no others. */
void vma_end(struct space *space);

/* The highest `size` bytes in [low, high) that no area touches, or 0. All page aligned. */
uaddr_t vma_find_gap(struct space *space, uint64_t size, uaddr_t low, uaddr_t high);

#endif
