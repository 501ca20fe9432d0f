/* SPDX-License-Identifier: MIT */
/* The areas of an address space: what is kept in its tree, and in reserve. */
#include "vma.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../layout.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "kmalloc.h"
#include "pagecache.h"
#include "vma_tree.h"

/*
 * ACSL: is_area() is any set of areas that holds the children of each. That a
 * tree has no other areas is not said.
 */
/*@
  axiomatic areas {
    predicate is_area(struct vma *v) reads \nothing;
  }

  predicate is_tree(struct vma *v) = v == \null || is_area(v);

  predicate space_ok{L}(struct space *space) =
    \valid(space) && is_tree(space->areas) && is_tree(space->last_found) &&
    \forall struct vma *v; is_area(v) ==>
      \valid_read(v) && is_tree(v->left) && is_tree(v->right) &&
      \separated(v, &space->last_found);
*/

/* The area that holds `address`, or the first one above it, or NULL. */
/*@
  requires space_ok(space);
  assigns space->last_found;
  ensures space_ok(space) && is_tree(\result);
  ensures \result == \null || address < \result->end;
*/
static __hot struct vma *find(struct space *space, uaddr_t address)
{
	struct vma *found = space->last_found;

	if (found && found->start <= address && address < found->end)
		return found;
	found = NULL;
	/*@
	  loop invariant is_tree(v) && is_tree(found);
	  loop invariant found == \null || address < found->end;
	  loop assigns v, found;
	*/
	for (struct vma *v = space->areas; v;) {
		if (v->end > address) {
			found = v;
			v = v->left;
		} else {
			v = v->right;
		}
	}
	space->last_found = found;
	return found;
}

/* noinline, as is vma_reach(): else callers save registers for the loop, which seldom runs. */
__hot __attribute__((noinline)) const struct vma *vma_find(struct space *space, uaddr_t address)
{
	return find(space, address);
}

uaddr_t vma_end_below(struct space *space, uaddr_t address)
{
	const struct vma *v = vma_tree_find(space->areas, address).below;

	return v ? v->end : 0;
}

struct vma_hole vma_hole_at(struct space *space, uaddr_t address)
{
	struct vma_neighbours at = vma_tree_find(space->areas, address);

	return (struct vma_hole){at.below ? at.below->end : 0,
				 at.above ? at.above->start : USER_TOP};
}

/*
 * A change that has begun must not fail for want of memory: it takes its new
 * areas, SPARE_MAX at most, from those in reserve.
 */
#define SPARE_MAX 2

static void put_spare(struct space *space, struct vma *v)
{
	v->left = space->spare;
	space->spare = v;
	space->spare_count++;
}

bool vma_reserve(struct space *space)
{
	while (space->spare_count < SPARE_MAX) {
		struct vma *v = kmalloc(sizeof(*v));

		if (!v)
			return false;
		put_spare(space, v);
	}
	return true;
}

static void discard(struct space *space, struct vma *v)
{
	if (v->cache)
		cache_put(v->cache);
	space->last_found = NULL;
	if (space->spare_count < SPARE_MAX || (v >= space->first && v < space->first + SPACE_FIRST))
		put_spare(space, v);
	else
		kfree(v);
}

static bool is_like(const struct vma *v, const struct vma_new *new)
{
	return v->prot == new->prot && v->kind == new->kind && v->cache == new->cache;
}

/* May the new area and the one below it be one? */
static inline bool continues_below(const struct vma *below, const struct vma_new *new)
{
	return below->end == new->start &&is_like(below, new) &&
	       (!below->cache || vma_offset(below, new->start) == new->offset);
}

static inline bool continues_above(const struct vma *above, const struct vma_new *new)
{
	return above->start == new->end &&is_like(above, new) &&
	       (!above->cache || vma_offset(above, new->start) == new->offset);
}

/* Moves the bounds of an area; what it maps stays where it is. */
static void resize(struct space *space, struct vma *v, uaddr_t start, uaddr_t end)
{
	if (v->cache)
		v->offset += start - v->start;
	vma_tree_resize(space->areas, v, start, end);
}

/* Makes *v, which is in no tree yet, an area like `new`. */
static void set(struct vma *v, const struct vma_new *new)
{
	v->start = new->start;
	v->end = new->end;
	v->prot = new->prot;
	v->kind = new->kind;
	v->cache = new->cache;
	v->offset = new->offset;
	if (v->cache)
		cache_get(v->cache);
}

/* vma_add(), which can't fail with an area in reserve. */
static void add(struct space *space, const struct vma_new *new)
{
	struct vma_neighbours at = vma_tree_find(space->areas, new->start);
	bool below = at.below && continues_below(at.below, new);
	bool above = at.above && continues_above(at.above, new);
	uaddr_t end = new->end;
	struct vma *v;

	if (below && above) {
		end = at.above->end;
		space->areas = vma_tree_extract(space->areas, at.above);
		discard(space, at.above);
	}
	if (below) {
		v = at.below;
		resize(space, v, v->start, end);
	} else if (above) {
		v = at.above;
		resize(space, v, new->start, v->end);
	} else {
		v = space->spare;
		space->spare = v->left;
		space->spare_count--;
		set(v, new);
		space->areas = vma_tree_insert(space->areas, v);
	}
	space->last_found = v; /* a program soon touches what it has mapped */
}

/* The part [start, end) of an area, to be added again; it takes no reference. */
static struct vma_new part_of(const struct vma *v, uaddr_t start, uaddr_t end)
{
	return (struct vma_new){start, end, v->prot, v->kind, v->cache, vma_offset(v, start)};
}

/* vma_remove(), which can't fail with an area in reserve. */
static void remove(struct space *space, uaddr_t start, uaddr_t end)
{
	struct vma *v;

	while ((v = find(space, start)) && v->start < end) {
		if (v->start < start && v->end > end) {
			struct vma_new upper = part_of(v, end, v->end);

			resize(space, v, v->start, start);
			add(space, &upper);
		} else if (v->start < start) {
			resize(space, v, v->start, start);
		} else if (v->end > end) {
			resize(space, v, end, v->end);
		} else {
			space->areas = vma_tree_extract(space->areas, v);
			discard(space, v);
		}
	}
}

/* noinline: else vma_append() saves registers for what it rarely does. */
__attribute__((noinline)) int vma_add(struct space *space, const struct vma_new *new)
{
	if (!vma_reserve(space) && space->spare_count == 0)
		return -ENOMEM;
	add(space, new);
	return 0;
}

/* vma_append() where it isn't as simple as that. */
static __attribute__((noinline)) int add_memory(struct space *space, uaddr_t start, uaddr_t end,
						unsigned prot, unsigned kind)
{
	const struct vma_new new = {start, end, prot, kind, NULL, 0};

	return vma_add(space, &new);
}

int vma_append(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned kind)
{
	struct vma *v = &space->first[space->first_count];
	struct vma *root = space->areas;

	if (space->first_count == SPACE_FIRST ||
	    (root && (root->right || (root->end == start && root->prot == prot &&
				      root->kind == kind && !root->cache))))
		return add_memory(space, start, end, prot, kind);
	space->first_count++;
	v->start = start;
	v->end = end;
	v->prot = prot;
	v->kind = kind;
	space->areas = vma_tree_append(root, v);
	return 0;
}

int vma_remove(struct space *space, uaddr_t start, uaddr_t end)
{
	const struct vma *v = find(space, start);
	bool cuts = v && v->start < start && v->end > end;

	/* All else must work without memory: it is how a program gives some back. */
	if (cuts && !vma_reserve(space) && space->spare_count == 0)
		return -ENOMEM;
	remove(space, start, end);
	return 0;
}

/* What vma_protect() and vma_mark() do: rights, or RIGHTS_STAY; kinds to set and to clear. */
#define RIGHTS_STAY UINT32_MAX

static int change(struct space *space, uaddr_t start, uaddr_t end, unsigned prot, unsigned set,
		  unsigned clear)
{
	const struct vma *v;
	uaddr_t piece_end;

	if (!vma_reserve(space))
		return -ENOMEM;
	/* Piece by piece; only the first and the last can be a part of an area and cost one. */
	for (; start < end && (v = find(space, start)) && v->start < end; start = piece_end) {
		struct vma_new piece;

		start = max(start, v->start);
		piece_end = min(end, v->end);
		piece = part_of(v, start, piece_end);
		piece.prot = prot == RIGHTS_STAY ? piece.prot : prot;
		piece.kind = (piece.kind & ~clear) | set;
		if (piece.prot == v->prot && piece.kind == v->kind)
			continue;
		if (piece.cache) /* in between, no area may be left that maps it */
			cache_get(piece.cache);
		remove(space, start, piece_end);
		add(space, &piece);
		if (piece.cache)
			cache_put(piece.cache);
	}
	return 0;
}

int vma_protect(struct space *space, uaddr_t start, uaddr_t end, unsigned prot)
{
	return change(space, start, end, prot, 0, 0);
}

int vma_mark(struct space *space, uaddr_t start, uaddr_t end, unsigned set, unsigned clear)
{
	return change(space, start, end, RIGHTS_STAY, set, clear);
}

/*@
  requires space_ok(space);
  assigns space->last_found;
*/
__hot __attribute__((noinline)) uaddr_t vma_reach(struct space *space, uaddr_t start, uaddr_t end,
						  unsigned prot)
{
	/*@
	  loop invariant space_ok(space);
	  loop invariant \at(start, Pre) <= start;
	  loop assigns start, space->last_found;
	  loop variant end - start;
	*/
	while (start < end) {
		const struct vma *v = find(space, start);

		if (!v || v->start > start || (v->prot & prot) != prot)
			return start;
		start = v->end;
	}
	return end;
}

uaddr_t vma_find_gap(struct space *space, uint64_t size, uaddr_t low, uaddr_t high)
{
	return vma_tree_find_gap(space->areas, size, low, high);
}

/* A copy of an area, and of those below it. NULL, and *error is set: out of memory. */
static struct vma *copy_tree(struct space *to, const struct vma *from, int *error)
{
	struct vma *v;

	if (!from || *error)
		return NULL;
	v = to->first_count < SPACE_FIRST ? &to->first[to->first_count++] : kmalloc(sizeof(*v));
	if (!v) {
		*error = -ENOMEM;
		return NULL;
	}
	*v = *from;
	if (v->cache)
		cache_get(v->cache);
	v->left = copy_tree(to, from->left, error);
	v->right = copy_tree(to, from->right, error);
	return v;
}

int vma_copy(struct space *to, const struct space *from)
{
	int error = 0;

	to->areas = copy_tree(to, from->areas, &error);
	return error;
}

/* Frees an area that is in no tree, and those that hang on it. */
static void free_tree(struct space *space, struct vma *v)
{
	if (!v)
		return;
	free_tree(space, v->left);
	free_tree(space, v->right);
	if (v->cache)
		cache_put(v->cache);
	if (v < space->first || v >= space->first + SPACE_FIRST)
		kfree(v);
}

void vma_end(struct space *space)
{
	free_tree(space, space->areas);
	for (struct vma *v = space->spare, *next; v; v = next) {
		next = v->left;
		if (v < space->first || v >= space->first + SPACE_FIRST)
			kfree(v);
	}
	space->areas = space->last_found = space->spare = NULL;
	space->spare_count = 0;
}
