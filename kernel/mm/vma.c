/* SPDX-License-Identifier: MIT */
/* The areas of the program's address space, in a treap. */
#include "vma.h"

#include <asm/errno.h>
#include <stddef.h>

#include "kmalloc.h"

static struct vma *root;
static uint32_t random_state = 1;

void vma_seed(uint32_t seed)
{
	random_state = seed | 1;
}

/* Marsaglia's xorshift. */
static uint32_t random_priority(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
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

static void insert(struct vma *v)
{
	struct vma *below, *above;

	update(v);
	split(root, v->start, &below, &above);
	root = join(join(below, v), above);
}

/* Takes the area that starts at `start` out of the tree. */
static struct vma *extract(uint64_t start)
{
	struct vma *below, *v, *above;

	split(root, start, &below, &above);
	split(above, start + 1, &v, &above);
	root = join(below, above);
	return v;
}

static struct vma *find(uint64_t address)
{
	struct vma *found = NULL;

	for (struct vma *v = root; v;) {
		if (v->end > address) {
			found = v;
			v = v->left;
		} else {
			v = v->right;
		}
	}
	return found;
}

const struct vma *vma_find(uint64_t address)
{
	return find(address);
}

uint64_t vma_end_below(uint64_t address)
{
	uint64_t end = 0;

	for (struct vma *v = root; v;) {
		if (v->end <= address) {
			end = v->end;
			v = v->right;
		} else {
			v = v->left;
		}
	}
	return end;
}

static struct vma *create(uint64_t start, uint64_t end, unsigned prot, unsigned kind)
{
	struct vma *v = kmalloc(sizeof(*v));

	if (v)
		*v = (struct vma){
			.start = start,
			.end = end,
			.prot = prot,
			.kind = kind,
			.priority = random_priority(),
		};
	return v;
}

static bool alike(const struct vma *a, const struct vma *b)
{
	return a->prot == b->prot && a->kind == b->kind;
}

/* Makes one area of two that meet at `address`, if they are alike. */
static void try_merge(uint64_t address)
{
	struct vma *a = find(address - 1);
	struct vma *b = find(address);

	if (!a || !b || a == b || a->end != address || b->start != address || !alike(a, b))
		return;
	a = extract(a->start);
	b = extract(b->start);
	a->end = b->end;
	kfree(b);
	insert(a);
}

/* Lets an area end at `address`, if one lies across it. Returns 0 or -ENOMEM. */
static int cut(uint64_t address)
{
	struct vma *v = find(address);
	struct vma *upper;

	if (!v || v->start >= address)
		return 0;
	upper = create(address, v->end, v->prot, v->kind);
	if (!upper)
		return -ENOMEM;
	v = extract(v->start);
	v->end = address;
	insert(v);
	insert(upper);
	return 0;
}

int vma_add(uint64_t start, uint64_t end, unsigned prot, enum vma_kind kind)
{
	struct vma *v = create(start, end, prot, kind);

	if (!v)
		return -ENOMEM;
	insert(v);
	try_merge(start);
	try_merge(end);
	return 0;
}

static void free_tree(struct vma *v)
{
	if (!v)
		return;
	free_tree(v->left);
	free_tree(v->right);
	kfree(v);
}

int vma_remove(uint64_t start, uint64_t end)
{
	struct vma *below, *inside, *above;

	if (cut(start) < 0 || cut(end) < 0) {
		try_merge(start);
		return -ENOMEM;
	}
	split(root, start, &below, &inside);
	split(inside, end, &inside, &above);
	free_tree(inside);
	root = join(below, above);
	return 0;
}

int vma_protect(uint64_t start, uint64_t end, unsigned prot)
{
	struct vma *v;

	if (cut(start) < 0 || cut(end) < 0) {
		try_merge(start);
		return -ENOMEM;
	}
	for (uint64_t at = start; (v = find(at)) && v->start < end; at = v->end)
		v->prot = prot;
	for (uint64_t at = start; at <= end; at = v->end) {
		try_merge(at);
		v = find(at);
		if (!v)
			break;
	}
	return 0;
}

bool vma_covers(uint64_t start, uint64_t end, unsigned prot)
{
	while (start < end) {
		const struct vma *v = find(start);

		if (!v || v->start > start || (v->prot & prot) != prot)
			return false;
		start = v->end;
	}
	return true;
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
