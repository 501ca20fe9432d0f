/* SPDX-License-Identifier: MIT */
/* The areas of the program's address space, in a treap. */
#include "vma.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../lib/hot.h"
#include "../lib/math.h"
#include "../x86/x86.h"
#include "kmalloc.h"

static struct vma *root;
static uint32_t random_state = 1;

void vma_seed(uint32_t seed)
{
	random_state = seed | 1;
}

/*
 * Marsaglia's xorshift, stirred by the clock: a program that knew the
 * priorities could make the tree as deep as it likes.
 */
static uint32_t random_priority(void)
{
	random_state ^= rdtsc();
	random_state |= random_state == 0;
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/* Brings what a node says of its subtree up to date. */
static void update(struct vma *v)
{
	v->low = v->start;
	v->high = v->end;
	v->gap = 0;
	if (v->left) {
		v->low = v->left->low;
		v->gap = max(v->left->gap, v->start - v->left->high);
	}
	if (v->right) {
		v->high = v->right->high;
		v->gap = max(v->gap, max(v->right->gap, v->right->low - v->end));
	}
}

/* Splits a tree: areas that start below `key`, and the others. */
static void split(struct vma *v, uint64_t key, struct vma **below, struct vma **above)
{
	if (!v) {
		*below = *above = NULL;
	} else if (v->start < key) {
		*below = v;
		split(v->right, key, &v->right, above);
		update(v);
	} else {
		*above = v;
		split(v->left, key, below, &v->left);
		update(v);
	}
}

/* Joins two trees; all areas of `below` lie below those of `above`. */
static struct vma *join(struct vma *below, struct vma *above)
{
	if (!below)
		return above;
	if (!above)
		return below;
	if (below->priority > above->priority) {
		below->right = join(below->right, above);
		update(below);
		return below;
	}
	above->left = join(below, above->left);
	update(above);
	return above;
}

/* Puts an area that no other touches into a tree. */
static struct vma *insert(struct vma *tree, struct vma *v)
{
	if (!tree || v->priority > tree->priority) {
		split(tree, v->start, &v->left, &v->right);
		update(v);
		return v;
	}
	if (v->start < tree->start)
		tree->left = insert(tree->left, v);
	else
		tree->right = insert(tree->right, v);
	update(tree);
	return tree;
}

/* Takes an area out of a tree. */
static struct vma *extract(struct vma *tree, const struct vma *v)
{
	if (tree == v)
		return join(tree->left, tree->right);
	if (v->start < tree->start)
		tree->left = extract(tree->left, v);
	else
		tree->right = extract(tree->right, v);
	update(tree);
	return tree;
}

/* Moves the bounds of an area, past no other, and brings its ancestors up to date. */
static void resize(struct vma *tree, struct vma *v, uint64_t start, uint64_t end)
{
	if (tree == v) {
		v->start = start;
		v->end = end;
	} else {
		resize(v->start < tree->start ? tree->left : tree->right, v, start, end);
	}
	update(tree);
}

/* The area that was found last: most often it is wanted again. */
static struct vma *last_found;

/* ACSL: a tree of areas, and what of it find() keeps. That all areas are in it is not said. */
/*@
  predicate tree{L}(struct vma *v) =
    v == \null || (\valid_read(v) && tree(v->left) && tree(v->right));

  predicate areas_ok{L} =
    tree(root) && (last_found == \null || \valid_read(last_found));
*/

/*@
  requires areas_ok;
  assigns last_found;
  ensures areas_ok;
  ensures \result == \null || (\valid_read(\result) && address < \result->end);
*/
static __hot struct vma *find(uint64_t address)
{
	struct vma *found = last_found;

	if (found && found->start <= address && address < found->end)
		return found;
	found = NULL;
	/*@
	  loop invariant tree(v);
	  loop invariant found == \null || (\valid_read(found) && address < found->end);
	  loop assigns v, found;
	*/
	for (struct vma *v = root; v;) {
		if (v->end > address) {
			found = v;
			v = v->left;
		} else {
			v = v->right;
		}
	}
	last_found = found;
	return found;
}

__hot const struct vma *vma_find(uint64_t address)
{
	return find(address);
}

/* The last area that ends at or below `address`. */
static struct vma *find_below(uint64_t address)
{
	struct vma *found = NULL;

	for (struct vma *v = root; v;) {
		if (v->end <= address) {
			found = v;
			v = v->right;
		} else {
			v = v->left;
		}
	}
	return found;
}

uint64_t vma_end_below(uint64_t address)
{
	const struct vma *v = find_below(address);

	return v ? v->end : 0;
}

/*
 * Areas in reserve. A change that has begun must not fail for want of memory:
 * it takes its new areas, SPARE_MAX at most, from here.
 */
#define SPARE_MAX 2
static struct vma *spare; /* linked by `left` */
static unsigned spare_count;

static void put_spare(struct vma *v)
{
	v->left = spare;
	spare = v;
	spare_count++;
}

bool vma_reserve(void)
{
	while (spare_count < SPARE_MAX) {
		struct vma *v = kmalloc(sizeof(*v));

		if (!v)
			return false;
		put_spare(v);
	}
	return true;
}

/* The areas that the program starts with, or most of them: they take no memory. */
#define FIRST_MAX 8
static struct vma first[FIRST_MAX];
static unsigned first_count;

static void discard(struct vma *v)
{
	last_found = NULL;
	if (spare_count < SPARE_MAX || (v >= first && v < first + FIRST_MAX))
		put_spare(v);
	else
		kfree(v);
}

static bool is_like(const struct vma *v, unsigned prot, unsigned kind)
{
	return v->prot == prot && v->kind == kind;
}

/* vma_add(), which can't fail with an area in reserve. */
static void add(uint64_t start, uint64_t end, unsigned prot, unsigned kind)
{
	struct vma *below = find_below(start);
	struct vma *above = find(start);
	struct vma *v;

	if (below && (below->end != start || !is_like(below, prot, kind)))
		below = NULL;
	if (above && (above->start != end || !is_like(above, prot, kind)))
		above = NULL;
	if (below && above) {
		end = above->end;
		root = extract(root, above);
		discard(above);
	}
	if (below) {
		resize(root, below, below->start, end);
	} else if (above) {
		resize(root, above, start, above->end);
	} else {
		v = spare;
		spare = v->left;
		spare_count--;
		v->start = start;
		v->end = end;
		v->prot = prot;
		v->kind = kind;
		v->priority = random_priority();
		root = insert(root, v);
	}
}

/* vma_remove(), which can't fail with an area in reserve. */
static void remove(uint64_t start, uint64_t end)
{
	struct vma *v;

	while ((v = find(start)) && v->start < end) {
		if (v->start < start && v->end > end) {
			uint64_t upper_end = v->end;

			resize(root, v, v->start, start);
			add(end, upper_end, v->prot, v->kind);
		} else if (v->start < start) {
			resize(root, v, v->start, start);
		} else if (v->end > end) {
			resize(root, v, end, v->end);
		} else {
			root = extract(root, v);
			discard(v);
		}
	}
}

/* noinline: else vma_append() saves registers for what it rarely does. */
__attribute__((noinline)) int vma_add(uint64_t start, uint64_t end, unsigned prot, unsigned kind)
{
	if (!vma_reserve() && spare_count == 0)
		return -ENOMEM;
	add(start, end, prot, kind);
	return 0;
}

int vma_append(uint64_t start, uint64_t end, unsigned prot, unsigned kind)
{
	struct vma *v = &first[first_count];

	if (first_count == FIRST_MAX ||
	    (root && (root->right || (root->end == start && is_like(root, prot, kind)))))
		return vma_add(start, end, prot, kind);
	first_count++;
	v->start = v->low = start;
	v->end = v->high = end;
	v->prot = prot;
	v->kind = kind;
	if (root) {
		v->left = root;
		v->priority = root->priority + 1;
		v->low = root->low;
		v->gap = max(root->gap, start - root->high);
	}
	root = v;
	return 0;
}

int vma_remove(uint64_t start, uint64_t end)
{
	const struct vma *v = find(start);
	bool cuts = v && v->start < start && v->end > end;

	/* All else must work without memory: it is how a program gives some back. */
	if (cuts && !vma_reserve() && spare_count == 0)
		return -ENOMEM;
	remove(start, end);
	return 0;
}

int vma_protect(uint64_t start, uint64_t end, unsigned prot)
{
	const struct vma *v;
	uint64_t piece_end;

	if (!vma_reserve())
		return -ENOMEM;
	/* Piece by piece; only the first and the last can be a part of an area and cost one. */
	for (; start < end && (v = find(start)) && v->start < end; start = piece_end) {
		unsigned kind = v->kind;

		start = max(start, v->start);
		piece_end = min(end, v->end);
		if (v->prot == prot)
			continue;
		remove(start, piece_end);
		add(start, piece_end, prot, kind);
	}
	return 0;
}

/*@
  requires areas_ok;
  assigns last_found;
*/
__hot uint64_t vma_reach(uint64_t start, uint64_t end, unsigned prot)
{
	/*@
	  loop invariant areas_ok;
	  loop invariant \at(start, Pre) <= start;
	  loop assigns start, last_found;
	  loop variant end - start;
	*/
	while (start < end) {
		const struct vma *v = find(start);

		if (!v || v->start > start || (v->prot & prot) != prot)
			return start;
		start = v->end;
	}
	return end;
}

unsigned vma_kinds(uint64_t start, uint64_t end)
{
	unsigned kinds = 0;

	for (const struct vma *v; (v = find(start)) && v->start < end; start = v->end)
		kinds |= v->kind;
	return kinds;
}

/* The highest gap in [low, high), where the areas of `v` and no others may be. */
static uint64_t highest_gap(const struct vma *v, uint64_t size, uint64_t low, uint64_t high)
{
	uint64_t found;

	if (high < low || high - low < size)
		return 0;
	if (!v)
		return high - size;
	/* No gap within the subtree, nor before or behind it, is wide enough. */
	if (v->gap < size && (v->low < low || v->low - low < size) &&
	    (v->high > high || high - v->high < size))
		return 0;
	found = highest_gap(v->right, size, max(low, v->end), high);
	return found ? found : highest_gap(v->left, size, low, min(high, v->start));
}

uint64_t vma_find_gap(uint64_t size, uint64_t low, uint64_t high)
{
	return highest_gap(root, size, low, high);
}
