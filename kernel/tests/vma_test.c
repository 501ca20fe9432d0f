/* SPDX-License-Identifier: MIT */
/* Areas: the list and the tree of an address space. */
#include <errno.h>
#include <stdbool.h>

#include "../mm/vma.h"
#include "../mm/vma_tree.h"
#include "memory.h"

/* --- areas, against a model that is an array of pages --- */

#define MODEL_PAGES 200
#define MODEL_BASE  UINT64_C(0x10000000)

static int model[MODEL_PAGES]; /* 0: nothing, else prot + 1 + 8 * kind */

static uint64_t model_address(int page)
{
	return MODEL_BASE + (uint64_t)page * PAGE_SIZE;
}

static void compare_with_model(void)
{
	int areas = 0;
	int areas_wanted = 0;

	for (int page = 0; page < MODEL_PAGES; page++) {
		const struct vma *v = vma_find(&space, model_address(page));
		bool inside = v && v->start <= model_address(page);

		EQUAL(inside ? v->prot + 1 + 8 * v->kind : 0, model[page]);
		if (inside && v->start == model_address(page))
			areas++;
		if (model[page] && (page == 0 || model[page - 1] != model[page]))
			areas_wanted++;
	}
	/* Alike neighbours are one. */
	EQUAL(areas, areas_wanted);
}

static uint64_t model_gap(int pages)
{
	for (int start = MODEL_PAGES - pages; start >= 0; start--) {
		int free = 0;

		while (free < pages && !model[start + free])
			free++;
		if (free == pages)
			return model_address(start);
	}
	return 0;
}

static int model_free(int from, int to)
{
	for (int page = from; page < to; page++)
		if (model[page])
			return 0;
	return 1;
}

static int model_writable(int from, int to)
{
	for (int page = from; page < to; page++)
		if (!model[page] || !((model[page] - 1) & PROT_WRITE))
			return 0;
	return 1;
}

static int add_area(uaddr_t from, uaddr_t to, unsigned prot, unsigned kind)
{
	return vma_add(&space, &(struct vma_new){from, to, prot, kind, NULL, 0});
}

static int append_area(uaddr_t from, uaddr_t to, unsigned prot, unsigned kind)
{
	return vma_append(&space, from, to, prot, kind);
}

TEST(areas_agree_with_a_model)
{
	start(2000 * FRAME_SIZE);
	vma_tree_seed(7);
	for (int round = 0; round < 20000; round++) {
		int from = unit_random() % MODEL_PAGES;
		int to = from + 1 + unit_random() % (round % 3 ? 10 : MODEL_PAGES - from);
		int prot = unit_random() % 8;
		int kind = unit_random() % 8 == 0;
		int reach = from;

		if (to > MODEL_PAGES)
			to = MODEL_PAGES;
		switch (unit_random() % 4) {
		case 0:
		case 1:
			if (!model_free(from, to))
				break;
			EQUAL(add_area(model_address(from), model_address(to), prot, kind), 0);
			for (int page = from; page < to; page++)
				model[page] = prot + 1 + 8 * kind;
			break;
		case 2:
			EQUAL(vma_remove(&space, model_address(from), model_address(to)), 0);
			memset(model + from, 0, (to - from) * sizeof(model[0]));
			break;
		case 3:
			EQUAL(vma_protect(&space, model_address(from), model_address(to), prot), 0);
			for (int page = from; page < to; page++)
				if (model[page])
					model[page] = (model[page] - 1) / 8 * 8 + prot + 1;
			break;
		}
		compare_with_model();
		for (int pages = 1; pages < MODEL_PAGES; pages += 7)
			EQUAL(vma_find_gap(&space, model_address(pages) - MODEL_BASE, MODEL_BASE,
					   model_address(MODEL_PAGES)),
			      model_gap(pages));
		for (int page = from; page <= to && model_writable(from, page); page++)
			reach = page;
		EQUAL(vma_reach(&space, model_address(from), model_address(to), PROT_WRITE),
		      model_address(reach));
	}
}

TEST(areas_appended_are_areas_like_others)
{
	start(2000 * FRAME_SIZE);
	/* More than are kept ready; some touch, of those some are alike. Each fifth page is free.
	 */
	for (int page = 0; page < 60; page++) {
		if (page % 5 == 4)
			continue;
		EQUAL(append_area(model_address(page), model_address(page + 1), page / 2 % 3, 0),
		      0);
		model[page] = page / 2 % 3 + 1;
		compare_with_model();
		EQUAL(vma_find_gap(&space, PAGE_SIZE, MODEL_BASE, model_address(page + 1)),
		      page < 5 ? 0 : model_address(page / 5 * 5 - 1));
	}
	EQUAL(vma_protect(&space, model_address(1), model_address(59), RW), 0);
	for (int page = 1; page < 59; page++)
		model[page] = model[page] ? RW + 1 : 0;
	compare_with_model();
}

TEST(an_area_appended_joins_one_that_is_alike)
{
	start(10 * FRAME_SIZE);
	for (int page = 0; page < 60; page += 4) {
		EQUAL(append_area(model_address(page), model_address(page + 2), 1, 0), 0);
		/* As of a page that two segments share. Where it hangs in the tree is chance. */
		EQUAL(vma_protect(&space, model_address(page + 1), model_address(page + 2), RW), 0);
		EQUAL(append_area(model_address(page + 2), model_address(page + 3), RW, 0), 0);
		EQUAL(vma_find(&space, model_address(page + 1))->end, model_address(page + 3));
	}
}

TEST(the_first_areas_take_no_memory)
{
	uint64_t frames;

	start(10 * FRAME_SIZE);
	frames = frame_count_free();
	for (int page = 0; page < 10; page += 2)
		EQUAL(append_area(model_address(page), model_address(page + 1), RW, 0), 0);
	/* Nor do those that come in their place. */
	EQUAL(vma_remove(&space, MODEL_BASE, model_address(10)), 0);
	for (int page = 1; page < 8; page += 2)
		EQUAL(add_area(model_address(page), model_address(page + 1), RW, 0), 0);
	EQUAL(frame_count_free(), frames);
}

TEST(an_area_that_cannot_be_cut_stays_whole)
{
	const struct vma *v;

	start(FRAME_SIZE);
	/* One frame of areas; then there is no memory for more. */
	for (uint64_t i = 0; add_area(MODEL_BASE + i * 0x10000, MODEL_BASE + i * 0x10000 + 0x8000,
				      RW, VMA_MEMORY) == 0;
	     i++)
		CHECK(i < 100);
	EQUAL(vma_remove(&space, MODEL_BASE + 0x1000, MODEL_BASE + 0x2000), -ENOMEM);
	EQUAL(vma_protect(&space, MODEL_BASE + 0x1000, MODEL_BASE + 0x2000, PROT_READ), -ENOMEM);
	v = vma_find(&space, MODEL_BASE);
	EQUAL(v->start, MODEL_BASE);
	EQUAL(v->end, MODEL_BASE + 0x8000);
	EQUAL(v->prot, RW);
	/* What needs no new area works without memory. */
	EQUAL(vma_remove(&space, MODEL_BASE, MODEL_BASE + 0x1000), 0);
	EQUAL(vma_remove(&space, MODEL_BASE + 0x7000, MODEL_BASE + 0x8000), 0);
	EQUAL(vma_remove(&space, 0, USER_TOP), 0);
	EQUAL(vma_find(&space, 0), NULL);
}

static unsigned depth(const struct vma *v)
{
	unsigned left = v ? depth(v->left) : 0;
	unsigned right = v ? depth(v->right) : 0;

	return v ? 1 + (left > right ? left : right) : 0;
}

/* The treap's root: the area of the highest priority. */
static const struct vma *root_area(void)
{
	const struct vma *root = vma_find(&space, 0);

	for (const struct vma *v = root; v; v = vma_find(&space, v->end))
		if (v->priority > root->priority)
			root = v;
	return root;
}

TEST(the_tree_stays_balanced)
{
	/* 100,000 areas side by side; each operation must take about log n steps. */
	start(4 * GIB - BOOT_FREE_MEMORY);
	for (uint64_t i = 0; i < 100000; i++)
		EQUAL(add_area(MODEL_BASE + i * 0x2000, MODEL_BASE + i * 0x2000 + 0x1000, RW,
			       VMA_MEMORY),
		      0);
	for (uint64_t i = 0; i < 100000; i++) {
		const struct vma *v = vma_find(&space, MODEL_BASE + i * 0x2000);

		EQUAL(v->start, MODEL_BASE + i * 0x2000);
	}
	/* The expected depth of a treap is 2 ln n, 23 here, and rarely twice that. */
	CHECK(depth(root_area()) < 70);
	EQUAL(vma_find_gap(&space, 0x1000, MODEL_BASE, MODEL_BASE + 100000 * 0x2000),
	      MODEL_BASE + 99999 * 0x2000 + 0x1000);
	EQUAL(vma_find_gap(&space, 0x2000, MODEL_BASE, MODEL_BASE + 100000 * 0x2000), 0);
	EQUAL(vma_remove(&space, MODEL_BASE, MODEL_BASE + 100000 * 0x2000), 0);
	EQUAL(vma_find(&space, 0), NULL);
}

int main(void)
{
	RUN(areas_agree_with_a_model);
	RUN(areas_appended_are_areas_like_others);
	RUN(an_area_appended_joins_one_that_is_alike);
	RUN(the_first_areas_take_no_memory);
	RUN(an_area_that_cannot_be_cut_stays_whole);
	RUN(the_tree_stays_balanced);
	return unit_failures != 0;
}
