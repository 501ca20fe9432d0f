/* SPDX-License-Identifier: MIT */
/*
 * A treap of areas, ordered by address: each operation takes a time
 * logarithmic in their number. A tree is named by its root, NULL: it is empty.
 * Nothing here allocates or frees an area.
 */
#ifndef VMA_TREE_H
#define VMA_TREE_H

#include <stddef.h>

#include "../lib/math.h"
#include "mm_types.h"

/* Puts an area into the tree, where no other is. Returns the new root. */
struct vma *vma_tree_insert(struct vma *tree, struct vma *v);

/*
 * Likewise; the area is zeros but for its bounds, rights and kind, and all of
 * the tree lie below it. It costs little, and balances nothing: for the few
 * areas that a program starts with.
 */
static inline struct vma *vma_tree_append(struct vma *tree, struct vma *v)
{
	v->low = v->start;
	v->high = v->end;
	if (tree) {
		v->left = tree;
		v->priority = tree->priority + 1;
		v->low = tree->low;
		v->gap = max(tree->gap, v->start - tree->high);
	}
	return v;
}

/* Takes an area out of its tree. Returns the new root. */
struct vma *vma_tree_extract(struct vma *tree, const struct vma *v);

/* Moves the bounds of an area of the tree, past no other. */
void vma_tree_resize(struct vma *tree, struct vma *v, uaddr_t start, uaddr_t end);

/* Both sides of an address. */
struct vma_neighbours {
	struct vma *below; /* the last area that ends at or below it, or NULL */
	struct vma *above; /* the first area that ends above it, or NULL */
};

static inline struct vma_neighbours vma_tree_find(struct vma *tree, uaddr_t address)
{
	struct vma_neighbours found = {NULL, NULL};

	for (struct vma *v = tree; v;) {
		if (v->end <= address) {
			found.below = v;
			v = v->right;
		} else {
			found.above = v;
			v = v->left;
		}
	}
	return found;
}

/* The highest `size` bytes in [low, high) that no area touches, or 0. */
uaddr_t vma_tree_find_gap(const struct vma *tree, uint64_t size, uaddr_t low, uaddr_t high);

/* Seeds the balance of all trees, so that a program can't know it. */
void vma_tree_seed(uint32_t seed);

#endif
