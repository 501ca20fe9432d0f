/* SPDX-License-Identifier: MIT */
/*
 * A treap of areas, ordered by address: each operation takes a time
 * logarithmic in their number. A tree is named by its root, NULL: it is empty.
 * Nothing here allocates or frees an area.
 */
#ifndef VMA_TREE_H
#define VMA_TREE_H

#include "mm_types.h"

/* Puts an area into the tree, where no other is. Returns the new root. */
struct vma *vma_tree_insert(struct vma *tree, struct vma *v);

/*
 * Likewise; the area is zeros but for its bounds, rights and kind, and all of
 * the tree lie below it. It costs little, and balances nothing: for the few
 * areas that a program starts with.
 */
struct vma *vma_tree_append(struct vma *tree, struct vma *v);

/* Takes an area out of its tree. Returns the new root. */
struct vma *vma_tree_extract(struct vma *tree, const struct vma *v);

/* Moves the bounds of an area of the tree, past no other. */
void vma_tree_resize(struct vma *tree, struct vma *v, uaddr_t start, uaddr_t end);

/*
 * ACSL: is_area() is any set of areas that holds the children of each. That a
 * tree has no other areas is not said.
 */
/*@
  axiomatic areas {
    predicate is_area(struct vma *v) reads \nothing;
  }

  predicate is_tree(struct vma *v) = v == \null || is_area(v);

  predicate areas_ok{L} = \forall struct vma *v; is_area(v) ==>
    \valid_read(v) && is_tree(v->left) && is_tree(v->right);
*/

/* The area that holds `address`, or the first one above it; NULL if there is none. */
/*@
  requires areas_ok && is_tree(tree);
  assigns \nothing;
  ensures is_tree(\result);
  ensures \result == \null || address < \result->end;
*/
struct vma *vma_tree_find(struct vma *tree, uaddr_t address);

/* The last area that ends at or below `address`, or NULL. */
struct vma *vma_tree_find_below(struct vma *tree, uaddr_t address);

/* The highest `size` bytes in [low, high) that no area touches, or 0. */
uaddr_t vma_tree_find_gap(const struct vma *tree, uint64_t size, uaddr_t low, uaddr_t high);

/* Seeds the balance of all trees, so that a program can't know it. */
void vma_tree_seed(uint32_t seed);

#endif
