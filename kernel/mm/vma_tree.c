/* SPDX-License-Identifier: MIT */
/* The treap that holds the areas of an address space. */
#include "vma_tree.h"

#include <stddef.h>

#include "../lib/math.h"
#include "../x86/x86.h"

static uint32_t random_state = 1;

void vma_tree_seed(uint32_t seed)
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

/* Updates what a node says of its subtree. */
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

/* The subtree of `tree` that `v` belongs into. */
static struct vma **side(struct vma *tree, const struct vma *v)
{
	return v->start < tree->start ? &tree->left : &tree->right;
}

/* Puts an area that has its priority into a tree. */
static struct vma *insert(struct vma *tree, struct vma *v)
{
	struct vma **child;

	if (!tree || v->priority > tree->priority) {
		split(tree, v->start, &v->left, &v->right);
		update(v);
		return v;
	}
	child = side(tree, v);
	*child = insert(*child, v);
	update(tree);
	return tree;
}

struct vma *vma_tree_insert(struct vma *tree, struct vma *v)
{
	v->priority = random_priority();
	return insert(tree, v);
}

struct vma *vma_tree_extract(struct vma *tree, const struct vma *v)
{
	struct vma **child;

	if (tree == v)
		return join(tree->left, tree->right);
	child = side(tree, v);
	*child = vma_tree_extract(*child, v);
	update(tree);
	return tree;
}

void vma_tree_resize(struct vma *tree, struct vma *v, uaddr_t start, uaddr_t end)
{
	if (tree == v) {
		v->start = start;
		v->end = end;
	} else {
		vma_tree_resize(v->start < tree->start ? tree->left : tree->right, v, start, end);
	}
	update(tree);
}

uaddr_t vma_tree_find_gap(const struct vma *tree, uint64_t size, uaddr_t low, uaddr_t high)
{
	uaddr_t found;

	if (high < low || high - low < size)
		return 0;
	if (!tree)
		return high - size;
	/* No gap within the subtree, nor before or behind it, is wide enough. */
	if (tree->gap < size && (tree->low < low || tree->low - low < size) &&
	    (tree->high > high || high - tree->high < size))
		return 0;
	found = vma_tree_find_gap(tree->right, size, max(low, tree->end), high);
	return found ? found : vma_tree_find_gap(tree->left, size, low, min(high, tree->start));
}
