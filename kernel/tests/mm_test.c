/* SPDX-License-Identifier: MIT */
/* Frames, page tables, small objects, areas and the address space, over memory that is a host
 * mapping. */
#include <errno.h>
#include <linux/mman.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "../abi.h"
#include "../mm/direct_map.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../mm/paging.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../mm/vma.h"
#include "../mm/vma_tree.h"
#include "../vdso/vdso.h"
#include "../x86/direct_map.h"
#include "unit.h"

#define GIB (UINT64_C(1) << 30)
#define RW  (PROT_READ | PROT_WRITE)

uint8_t *direct_map;
/* Stand-ins for pages of the kernel's image. */
struct clock_page clock_page;
const uint8_t vdso_image[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE))) = "code";

static struct space space;

/* Memory as the kernel finds it after its set-up, `bytes` of it free. */
static void start(uint64_t bytes)
{
	uint64_t *pml4;

	direct_map = mmap(NULL, 8 * GIB, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	CHECK(direct_map != MAP_FAILED);
	pml4 = phys_to_virt(BOOT_PML4);
	pml4[KERNEL_SLOT] = BOOT_PDPT | PTE_P | PTE_W;
	*(uint64_t *)phys_to_virt(BOOT_PDPT) = BOOT_PD | PTE_P | PTE_W;
	direct_map_init(true);
	paging_init(true);
	frame_init((struct frame_range[FRAME_RANGES]){{0, 0}, {BOOT_FREE_MEMORY, bytes}});
	space = (struct space){.tables = 0};
	space_init(&space, BOOT_PML4);
	space_switch(&space);
}

/* What the direct map's tables say of a physical address: the entry that maps it, or 0. */
static uint64_t direct_entry(uint64_t pa)
{
	uint64_t *pdpt = phys_to_virt(BOOT_PDPT);
	uint64_t pd = pdpt[pa >> 30] & ~UINT64_C(0xfff);

	return pd ? ((uint64_t *)phys_to_virt(pd))[pa >> 21 & 511] : 0;
}

TEST(frames_come_in_order_and_run_out)
{
	start(10 * FRAME_SIZE);
	EQUAL(frame_count_total(), 10);
	EQUAL(frame_alloc(), 0x200000);
	EQUAL(frame_alloc_run(3), 0x201000);
	EQUAL(frame_alloc_run(7), 0);
	EQUAL(frame_alloc_run(6), 0x204000);
	EQUAL(frame_alloc(), 0);
	EQUAL(frame_count_free(), 0);
	frame_put(0x203000);
	EQUAL(frame_count_free(), 1);
	EQUAL(frame_alloc_run(2), 0);
	EQUAL(frame_alloc(), 0x203000);
	EQUAL(frame_alloc(), 0);
}

TEST(frames_are_zero_when_given_out_again)
{
	uint64_t frame;

	start(4 * FRAME_SIZE);
	frame = frame_alloc();
	memset(phys_to_virt(frame), 0xaa, FRAME_SIZE);
	frame_put(frame);
	EQUAL(frame_alloc(), frame);
	for (int i = 0; i < FRAME_SIZE; i++)
		EQUAL(((uint8_t *)phys_to_virt(frame))[i], 0);
}

TEST(a_shared_frame_is_free_after_its_last_reference)
{
	/* Apart by the memory that one page of counts is for, and by that of a page of pointers. */
	const uint64_t distances[] = {FRAME_SIZE, 8 << 20, 5 * GIB};
	paddr_t shared, other;

	start(8 * GIB - BOOT_FREE_MEMORY);
	shared = frame_alloc();
	for (unsigned i = 0; i < sizeof(distances) / sizeof(distances[0]); i++) {
		do
			other = frame_alloc();
		while (other < shared + distances[i]);
		CHECK(!frame_is_shared(shared));
		CHECK(frame_get(shared) && frame_get(shared) && frame_get(other));
		memset(phys_to_virt(shared), 0xaa, FRAME_SIZE);
		frame_put(other);
		CHECK(frame_is_shared(shared) && !frame_is_shared(other));
		frame_put(other);
		frame_put(shared);
		frame_put(shared);
		CHECK(!frame_is_shared(shared));
		/* What was written there has outlived two of three references. */
		EQUAL(*(uint8_t *)phys_to_virt(shared), 0xaa);
		EQUAL(frame_alloc(), other);
		CHECK(frame_alloc() != shared);
		frame_put(shared);
		EQUAL(frame_alloc(), shared);
		EQUAL(*(uint8_t *)phys_to_virt(shared), 0);
	}
}

TEST(references_run_out)
{
	paddr_t frame;

	start(3 * FRAME_SIZE);
	frame = frame_alloc();
	frame_put(frame);
	EQUAL(frame_alloc(), frame);
	/* The first one takes two page frames for the count. */
	for (unsigned i = 1; i < 65536; i++)
		CHECK(frame_get(frame));
	CHECK(!frame_get(frame));
	EQUAL(frame_count_free(), 0);
	for (unsigned i = 1; i < 65536; i++)
		frame_put(frame);
	EQUAL(frame_count_free(), 0);
	frame_put(frame);
	EQUAL(frame_count_free(), 1);
}

TEST(references_need_memory)
{
	paddr_t frame;

	start(2 * FRAME_SIZE);
	frame = frame_alloc();
	CHECK(!frame_get(frame));
	EQUAL(frame_count_free(), 0);
	frame_put(frame);
	EQUAL(frame_count_free(), 1);
}

TEST(a_part_of_a_frame_is_none)
{
	start(2 * FRAME_SIZE + 100);
	CHECK(frame_alloc() && frame_alloc());
	EQUAL(frame_alloc(), 0);
}

TEST(direct_map_reaches_every_frame)
{
	uint64_t frame, last = 0;

	start(4 * GIB - BOOT_FREE_MEMORY);
	/* Mapped as handed out, writable, not executable, kernel only, by 2 MiB. */
	EQUAL(direct_entry(0x200000), 0);
	EQUAL(frame_alloc(), 0x200000);
	EQUAL(direct_entry(0x200000), (int64_t)(0x200083 | UINT64_C(1) << 63));
	EQUAL(direct_entry(0x400000), 0);
	for (uint64_t n = 1; (frame = frame_alloc_run(1 + n % FRAME_RUN_MAX)); n++) {
		last = frame + n % FRAME_RUN_MAX * FRAME_SIZE;
		EQUAL(direct_entry(frame) & ~UINT64_C(0xfff) & ~(UINT64_C(1) << 63),
		      frame & -UINT64_C(0x200000));
		EQUAL(direct_entry(last) & ~UINT64_C(0xfff) & ~(UINT64_C(1) << 63),
		      last & -UINT64_C(0x200000));
	}
	CHECK(last > 4 * GIB - (FRAME_RUN_MAX + 1) * FRAME_SIZE);
}

/* What the host has put in front of the memory that is free, and what becomes of it. */
TEST(memory_is_shown_and_added)
{
	const uint64_t block = 3 * UINT64_C(0x100000);
	uint64_t first = BOOT_FREE_MEMORY + block;
	uint64_t frames;

	start(GIB / 2);
	frame_init((struct frame_range[FRAME_RANGES]){
		{BOOT_FREE_MEMORY, 0},
		{first, GIB / 2 - block},
	});
	frame_show(first);
	CHECK(direct_entry(BOOT_FREE_MEMORY) && direct_entry(first - 1));
	EQUAL(direct_entry(first + 0x200000), 0);
	frames = frame_count_free();
	EQUAL(frame_alloc(), first);
	memset(phys_to_virt(BOOT_FREE_MEMORY), 'x', block);
	frame_add(BOOT_FREE_MEMORY, first);
	EQUAL(frame_count_free(), frames - 1 + block / FRAME_SIZE);
	EQUAL(frame_count_total(), frames + block / FRAME_SIZE);
	for (uint64_t i = 0; i < block / FRAME_SIZE; i++) {
		uint64_t frame = frame_alloc();

		CHECK(frame >= BOOT_FREE_MEMORY && frame < first);
		EQUAL(*(uint64_t *)phys_to_virt(frame), 0);
		EQUAL(*(uint64_t *)phys_to_virt(frame + FRAME_SIZE - 8), 0);
	}
	EQUAL(frame_alloc(), first + FRAME_SIZE);
}

TEST(page_table_walker)
{
	uint64_t free_before;
	pte_t *entry;

	start(100 * FRAME_SIZE);
	EQUAL(paging_entry(&space, 0x400000, false), NULL);
	free_before = frame_count_free();
	entry = paging_entry(&space, 0x400000, true);
	CHECK(entry && !*entry);
	EQUAL(frame_count_free(), free_before - 3);
	EQUAL(paging_entry(&space, 0x400000, false), entry);
	EQUAL(paging_entry(&space, 0x401000, false), entry + 1);
	EQUAL(paging_entry(&space, 0x600000, false), NULL);
	CHECK(paging_entry(&space, 0x600000, true) != entry);
	EQUAL(frame_count_free(), free_before - 4);
	EQUAL(paging_entry(&space, 0x400123, false), entry);
	/* Far away: a PDPT, a PD and a PT of its own. */
	CHECK(paging_entry(&space, 0x7fffffffe000, true));
	EQUAL(frame_count_free(), free_before - 7);
}

TEST(page_table_entries)
{
	start(FRAME_SIZE);
	EQUAL(paging_make(0x5000, PROT_READ), (int64_t)(0x5005 | UINT64_C(1) << 63));
	EQUAL(paging_make(0x5000, RW), (int64_t)(0x5007 | UINT64_C(1) << 63));
	EQUAL(paging_make(0x5000, PROT_READ | PROT_EXEC), 0x5005);
	EQUAL(paging_make(0x5000, RW | PROT_EXEC), 0x5007);
	EQUAL(paging_make(0x5000, PROT_NONE), (int64_t)(0x5004 | UINT64_C(1) << 63));
	EQUAL(paging_frame(paging_make(0x123456000, RW)), 0x123456000);
}

TEST(out_of_frames_in_a_walk)
{
	start(2 * FRAME_SIZE);
	EQUAL(paging_entry(&space, 0x400000, true), NULL);
	EQUAL(frame_count_free(), 0);
}

TEST(kmalloc_gives_distinct_objects_and_all_back)
{
	static uint8_t *objects[3000];
	static size_t sizes[3000];
	uint64_t before;

	start(2000 * FRAME_SIZE);
	before = frame_count_free();
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 3000; i++) {
			sizes[i] = 1 + unit_random() % KMALLOC_MAX;
			objects[i] = kmalloc(sizes[i]);
			CHECK(objects[i]);
			EQUAL((uintptr_t)objects[i] % 16, 0);
			memset(objects[i], i, sizes[i]);
		}
		for (int i = 0; i < 3000; i++)
			for (size_t j = 0; j < sizes[i]; j++)
				EQUAL(objects[i][j], (uint8_t)i);
		/* Back in another order. */
		for (int i = 0; i < 3000; i++) {
			int other = unit_random() % 3000;
			uint8_t *object = objects[i];

			objects[i] = objects[other];
			objects[other] = object;
		}
		for (int i = 0; i < 3000; i++)
			kfree(objects[i]);
		/* Each of the six sizes may keep a frame. */
		CHECK(frame_count_free() + 6 >= before);
	}
}

TEST(kmalloc_refuses)
{
	start(FRAME_SIZE);
	EQUAL(kmalloc(0), NULL);
	EQUAL(kmalloc(KMALLOC_MAX + 1), NULL);
	EQUAL(kmalloc(SIZE_MAX), NULL);
	kfree(NULL);
	CHECK(kmalloc(700));
	CHECK(kmalloc(700));
	CHECK(kmalloc(700));
	EQUAL(kmalloc(700), NULL); /* out of frames */
}

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

/* --- the address space --- */

TEST(unmapping_gives_all_frames_back)
{
	uint64_t before;
	uint64_t pa;

	start(3000 * FRAME_SIZE);
	EQUAL(space_map(&space, MODEL_BASE - 0x1000, MODEL_BASE, RW, VMA_MEMORY), 0);
	EQUAL(space_fault(&space, MODEL_BASE - 1, PROT_WRITE), 0);
	before = frame_count_free();
	for (int round = 0; round < 50; round++) {
		uint64_t at = MODEL_BASE + (unit_random() % 1000) * GIB;
		uint64_t size = (1 + unit_random() % 700) * PAGE_SIZE;

		EQUAL(space_map(&space, at, at + size, RW, VMA_MEMORY), 0);
		for (uint64_t done = 0; done < size;) {
			int64_t run = space_run(&space, at + done, size - done, true, &pa);

			CHECK(run > 0);
			done += run;
		}
		EQUAL(space_protect(&space, at, at + size / 2 / PAGE_SIZE * PAGE_SIZE, PROT_READ),
		      0);
		EQUAL(space_unmap(&space, at, at + size), 0);
		EQUAL(frame_count_free(), before);
	}
	/* The neighbour's page and its tables are still there. */
	CHECK(paging_entry(&space, MODEL_BASE - 1, false) &&
	      *paging_entry(&space, MODEL_BASE - 1, false));
}

TEST(faults)
{
	start(100 * FRAME_SIZE);
	EQUAL(space_map(&space, 0x400000, 0x402000, PROT_READ, VMA_MEMORY), 0);
	EQUAL(space_map(&space, 0x402000, 0x403000, PROT_READ, VMA_PAST_EOF), 0);
	EQUAL(space_fault(&space, 0x400123, PROT_READ), 0);
	EQUAL(space_fault(&space, 0x400123, PROT_WRITE), -EFAULT);
	EQUAL(space_fault(&space, 0x400123, PROT_EXEC), -EFAULT);
	EQUAL(space_fault(&space, 0x3fffff, PROT_READ), -EFAULT);
	EQUAL(space_fault(&space, 0x402000, PROT_READ), -EIO);
	EQUAL(space_fault(&space, 0xffff800000000000, PROT_READ), -EFAULT);
	EQUAL(space_fault(&space, UINT64_MAX, PROT_READ), -EFAULT);
	while (frame_alloc())
		;
	EQUAL(space_protect(&space, 0x400000, 0x402000, RW), 0);
	EQUAL(space_fault(&space, 0x401000, PROT_WRITE), -ENOMEM);
}

TEST(bss_follows_data_in_one_piece)
{
	uint64_t pa, other;

	start(100 * FRAME_SIZE);
	EQUAL(space_map(&space, 0x400000, 0x403000, RW, VMA_KEEP), 0);
	EQUAL(space_run(&space, 0x400000, 0x1800 + 0x10000, true, &pa), 0x3000);
	/* What is brought in meanwhile lies elsewhere. */
	EQUAL(space_map(&space, 0x500000, 0x501000, RW, VMA_MEMORY), 0);
	EQUAL(space_run(&space, 0x500000, PAGE_SIZE, true, &other), PAGE_SIZE);
	EQUAL(space_run(&space, 0x401800, 0x1000, true, &other), 0x1000);
	EQUAL(other, pa + 0x1800);
}

TEST(what_the_kernel_touches_takes_no_more)
{
	uint64_t pa, frames;

	start(100 * FRAME_SIZE);
	EQUAL(space_map(&space, 0x400000, 0x500000, RW, VMA_MEMORY), 0);
	EQUAL(space_run(&space, 0x400000, 100, true, &pa), 100);
	frames = frame_count_free();
	EQUAL(space_run(&space, 0x420f00, 100, true, &pa), 100);
	EQUAL(frame_count_free(), frames - 1);
}

TEST(user_memory)
{
	static char data[3 * PAGE_SIZE], back[3 * PAGE_SIZE];

	start(100 * FRAME_SIZE);
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = unit_random();
	EQUAL(space_map(&space, 0x400000, 0x404000, RW, VMA_MEMORY), 0);
	/* Frames in another order than pages. */
	EQUAL(space_fault(&space, 0x403000, PROT_WRITE), 0);
	EQUAL(space_fault(&space, 0x401000, PROT_WRITE), 0);
	EQUAL(copy_to_user(0x400800, data, sizeof(data)), 0);
	EQUAL(copy_from_user(back, 0x400800, sizeof(back)), 0);
	CHECK(memcmp(data, back, sizeof(data)) == 0);
	EQUAL(copy_to_user(0x403001, data, PAGE_SIZE), -EFAULT);
	EQUAL(copy_from_user(back, 0x3fffff, 2), -EFAULT);
	EQUAL(copy_from_user(back, 0, 0), 0);
	EQUAL(copy_from_user(back, UINT64_MAX, 0), -EFAULT);
	EQUAL(string_from_user(back, 0x404000, 10), -EFAULT);
	EQUAL(copy_to_user(0x403ffd, "ab", 3), 0);
	EQUAL(string_from_user(back, 0x403ffd, sizeof(back)), 2);
	EQUAL(string_from_user(back, 0x403ffd, 3), 2);
	EQUAL(string_from_user(back, 0x403ffd, 2), -ENAMETOOLONG);
	EQUAL(copy_to_user(0x403ffd, "abc", 3), 0);
	EQUAL(string_from_user(back, 0x403ffd, sizeof(back)), -EFAULT);
}

TEST(spaces_are_apart)
{
	static struct space other;
	uint64_t *kernel_slot;
	paddr_t pml4, pa;
	char back[4];

	start(100 * FRAME_SIZE);
	pml4 = frame_alloc();
	kernel_slot = (uint64_t *)phys_to_virt(pml4) + KERNEL_SLOT;
	*kernel_slot = BOOT_PDPT | PTE_P | PTE_W;
	space_init(&other, pml4);
	/* The same addresses, in areas that take no memory. */
	EQUAL(space_append(&space, 0x400000, 0x402000, RW, VMA_MEMORY), 0);
	EQUAL(space_append(&other, 0x400000, 0x401000, PROT_READ, VMA_MEMORY), 0);
	EQUAL(vma_find(&space, 0x400000)->end, 0x402000);
	EQUAL(vma_find(&other, 0x400000)->end, 0x401000);
	EQUAL(copy_to_user(0x400ffe, "abc", 4), 0);
	EQUAL(space_run(&other, 0x400000, PAGE_SIZE, true, &pa), PAGE_SIZE);
	EQUAL(*(uint8_t *)phys_to_virt(pa + 0xffe), 0);
	/* What the kernel copies is the current one's. */
	space_switch(&other);
	EQUAL(copy_to_user(0x400ffe, "abc", 1), -EFAULT);
	EQUAL(copy_from_user(back, 0x400ffe, 4), -EFAULT);
	EQUAL(copy_from_user(back, 0x400ffe, 2), 0);
	EQUAL(back[0], 0);
	EQUAL(space_unmap(&other, 0, USER_TOP), 0);
	CHECK(*kernel_slot);
	EQUAL(copy_from_user(back, 0x400ffe, 2), -EFAULT);
	space_switch(&space);
	EQUAL(copy_from_user(back, 0x400ffe, 4), 0);
	CHECK(memcmp(back, "abc", 4) == 0);
}

TEST(the_heap_moves)
{
	uint64_t frames;

	start(100 * FRAME_SIZE);
	space_start_brk(&space, 0x400000);
	EQUAL(space_move_brk(&space, 0x3fffff), -ENOMEM);
	EQUAL(space_move_brk(&space, MMAP_TOP + 1), -ENOMEM);
	EQUAL(space_move_brk(&space, UINT64_MAX), -ENOMEM);
	EQUAL(space.brk, 0x400000);
	EQUAL(vma_find(&space, 0), NULL);
	EQUAL(space_move_brk(&space, 0x400001), 0);
	EQUAL(space_fault(&space, 0x400000, PROT_WRITE), 0);
	frames = frame_count_free();
	EQUAL(space_move_brk(&space, 0x402fff), 0);
	EQUAL(vma_find(&space, 0x400000)->end, 0x403000);
	EQUAL(space_fault(&space, 0x402000, PROT_WRITE), 0);
	EQUAL(space_move_brk(&space, 0x402001), 0);
	EQUAL(vma_find(&space, 0x400000)->end, 0x403000);
	/* Not over what lies above it. */
	EQUAL(space_map(&space, 0x405000, 0x406000, RW, VMA_MEMORY), 0);
	EQUAL(space_move_brk(&space, 0x405001), -ENOMEM);
	EQUAL(space.brk, 0x402001);
	EQUAL(space_move_brk(&space, 0x405000), 0);
	EQUAL(space_move_brk(&space, 0x400001), 0);
	EQUAL(frame_count_free(), frames);
	EQUAL(space_move_brk(&space, 0x400000), 0);
	EQUAL(vma_find(&space, 0)->start, 0x405000);
}

TEST(user_ranges)
{
	CHECK(user_range(0, 0));
	CHECK(user_range(0, USER_TOP));
	CHECK(!user_range(0, USER_TOP + 1));
	CHECK(user_range(USER_TOP, 0));
	CHECK(!user_range(USER_TOP, 1));
	CHECK(!user_range(USER_TOP + 1, 0));
	CHECK(!user_range(UINT64_MAX, 0));
	CHECK(!user_range(1, UINT64_MAX));
	CHECK(!user_range(UINT64_MAX, 2));
	CHECK(!user_range(0x1000, UINT64_C(1) << 63));
}

TEST(a_million_rounds_leak_nothing)
{
	uint64_t free_before = 0;

	start(3000 * FRAME_SIZE);
	EQUAL(space_map(&space, 0x10000000, 0x10010000, RW, VMA_MEMORY), 0);
	EQUAL(space_fault(&space, 0x10000000, PROT_WRITE), 0);
	for (unsigned i = 0; i < 1000000; i++) {
		uint64_t bytes = (1 + unit_random() % 20) * FRAME_SIZE;
		uint64_t at = vma_find_gap(&space, bytes, USER_MIN, MMAP_TOP);

		CHECK(at);
		EQUAL(space_map(&space, at, at + bytes, RW, VMA_MEMORY), 0);
		if (i % 4 == 0)
			EQUAL(space_fault(&space, at + unit_random() % bytes, PROT_WRITE), 0);
		EQUAL(space_unmap(&space, at, at + bytes), 0);
		if (i == 1000)
			free_before = frame_count_free();
	}
	CHECK(frame_count_free() >= free_before);
	CHECK(frame_count_free() > 2900);
}

#define HUGE	   (UINT64_C(2) << 20)
#define HUGE_BASE  (HUGE * 1000)
#define HUGE_PAGES (8 * 512)

/* The first word of a page as the program would see it; 0 where no frame is. `prot`: its rights. */
static uint64_t *page_of(uint64_t va, bool *huge, unsigned *prot)
{
	const pte_t *entry = paging_entry(&space, va, false);

	if (!entry || !*entry)
		return NULL;
	*huge = *entry & 0x80; /* PS */
	*prot = *entry & 2 ? RW : PROT_READ;
	return phys_to_virt(paging_frame(*entry) + (*huge ? va % HUGE : 0));
}

/* An area that is gone through in order, then cut, protected, discarded and moved at random. */
TEST(huge_pages)
{
	static uint64_t words[HUGE_PAGES];
	static unsigned prots[HUGE_PAGES];
	uint64_t base = HUGE_BASE, other = HUGE_BASE * 2;
	uint64_t free_before = 0;
	unsigned huge_seen = 0;

	start(100 << 20);
	for (unsigned round = 0; round < 20; round++) {
		EQUAL(space_map(&space, base, base + HUGE_PAGES * PAGE_SIZE, RW, VMA_MEMORY), 0);
		for (uint64_t i = 0; i < HUGE_PAGES; i++) {
			bool huge;

			EQUAL(space_fault(&space, base + i * PAGE_SIZE, PROT_WRITE), 0);
			EQUAL(*page_of(base + i * PAGE_SIZE, &huge, &prots[i]), 0);
			words[i] = *page_of(base + i * PAGE_SIZE, &huge, &prots[i]) =
				unit_random() | 1;
			huge_seen += huge;
		}
		for (unsigned n = 0; n < 60; n++) {
			uint64_t first = unit_random() % HUGE_PAGES;
			uint64_t end = first + 1 + unit_random() % (unit_random() % 2 ? 20 : 1500);
			unsigned prot = unit_random() % 2 ? RW : PROT_READ;
			uint64_t pa;

			if (end > HUGE_PAGES)
				end = HUGE_PAGES;
			if (n % 3 == 0) {
				space_discard(&space, base + first * PAGE_SIZE,
					      base + end * PAGE_SIZE);
				memset(words + first, 0, (end - first) * sizeof(words[0]));
			} else {
				EQUAL(space_protect(&space, base + first * PAGE_SIZE,
						    base + end * PAGE_SIZE, prot),
				      0);
				for (uint64_t i = first; i < end; i++)
					prots[i] = prot;
			}
			if (words[first])
				CHECK(space_run(&space, base + first * PAGE_SIZE + 5, 1 << 22, true,
						&pa) > 0);
		}
		if (round % 4 == 3) {
			/* All of it has other rights than its neighbour's, so that it is one area.
			 */
			EQUAL(space_protect(&space, base, base + HUGE_PAGES * PAGE_SIZE, RW), 0);
			for (uint64_t i = 0; i < HUGE_PAGES; i++)
				prots[i] = RW;
			EQUAL(space_move(&space, base, HUGE_PAGES * PAGE_SIZE,
					 other + round * PAGE_SIZE, HUGE_PAGES * PAGE_SIZE, false),
			      0);
			base = other + round * PAGE_SIZE;
		}
		for (uint64_t i = 0; i < HUGE_PAGES; i++) {
			unsigned prot;
			bool huge;
			uint64_t *word = page_of(base + i * PAGE_SIZE, &huge, &prot);

			EQUAL(word ? *word : 0, words[i]);
			if (word)
				EQUAL(prot, prots[i]);
		}
		EQUAL(space_unmap(&space, base, base + HUGE_PAGES * PAGE_SIZE), 0);
		EQUAL(paging_entry(&space, base, false), NULL);
		base = HUGE_BASE;
		if (round == 3)
			free_before = frame_count_free();
	}
	CHECK(huge_seen > 3000);
	EQUAL(frame_count_free(), free_before);
}

/* The byte that a program would see, or -1 where no frame is. */
static int byte_at(uint64_t va)
{
	pte_t *entry = paging_entry(&space, va, false);

	return entry && *entry ? *(uint8_t *)phys_to_virt(paging_frame(*entry) + va % 4096) : -1;
}

TEST(areas_move_with_what_they_hold)
{
	uint64_t from = 0x10000000, to = 0x7f0000000000 - 5 * FRAME_SIZE;
	uint64_t free_before;

	start(300 * FRAME_SIZE);
	EQUAL(space_map(&space, from, from + 20 * FRAME_SIZE, RW, VMA_MEMORY), 0);
	free_before = frame_count_free();
	for (unsigned i = 0; i < 20; i += 3) {
		EQUAL(space_fault(&space, from + i * FRAME_SIZE, PROT_WRITE), 0);
		*(uint8_t *)phys_to_virt(
			paging_frame(*paging_entry(&space, from + i * FRAME_SIZE, false))) = i + 1;
	}
	/* Over the border of a table, to more room than it had. */
	EQUAL(space_move(&space, from, 20 * FRAME_SIZE, to, 30 * FRAME_SIZE, false), 0);
	for (unsigned i = 0; i < 20; i++)
		EQUAL(byte_at(to + i * FRAME_SIZE), i % 3 ? -1 : (int)i + 1);
	EQUAL(vma_reach(&space, from, from + FRAME_SIZE, 0), from);
	EQUAL(vma_reach(&space, to, to + 30 * FRAME_SIZE, PROT_WRITE), to + 30 * FRAME_SIZE);
	EQUAL(byte_at(from), -1);
	/* Back, what fits. */
	EQUAL(space_move(&space, to, 30 * FRAME_SIZE, from, 2 * FRAME_SIZE, false), 0);
	EQUAL(byte_at(from), 1);
	EQUAL(byte_at(from + FRAME_SIZE), -1);
	EQUAL(vma_reach(&space, to, to + FRAME_SIZE, 0), to);
	space_discard(&space, from, from + 2 * FRAME_SIZE);
	EQUAL(byte_at(from), -1);
	EQUAL(space_fault(&space, from, PROT_READ), 0);
	EQUAL(byte_at(from), 0);
	EQUAL(space_unmap(&space, from, from + 2 * FRAME_SIZE), 0);
	CHECK(frame_count_free() >= free_before);
}

/* Without memory for one more area, a mapping moves as a whole or not at all. */
TEST(a_move_without_memory_for_areas_leaves_all_as_it_was)
{
	uint64_t from = 0x10000000, to = from + 64 * FRAME_SIZE, other = 0x20000000;
	uint64_t last = 0, count = 0, moved = 0;

	start(300 * FRAME_SIZE);
	EQUAL(space_map(&space, from, from + 8 * FRAME_SIZE, RW, VMA_MEMORY), 0);
	for (unsigned i = 0; i < 8; i++)
		EQUAL(space_fault(&space, from + i * FRAME_SIZE, PROT_WRITE), 0);
	while (frame_alloc())
		count++;
	CHECK(count > 0);
	/* Areas of which none touches another, until there is none to be had. */
	while (space_map(&space, other, other + FRAME_SIZE, PROT_NONE, VMA_MEMORY) == 0) {
		last = other;
		other += 2 * FRAME_SIZE;
	}
	/* So many come back, one at a time; the middle of an area, moved, takes two. */
	for (unsigned spare = 0; spare < 4 && !moved; spare++) {
		moved = space_move(&space, from + 2 * FRAME_SIZE, FRAME_SIZE, to, FRAME_SIZE,
				   false) == 0;
		EQUAL(vma_reach(&space, to, to + FRAME_SIZE, 0), to + moved * FRAME_SIZE);
		EQUAL(vma_reach(&space, from, from + 8 * FRAME_SIZE, RW),
		      from + (moved ? 2 : 8) * FRAME_SIZE);
		EQUAL(byte_at(from + 2 * FRAME_SIZE), moved ? -1 : 0);
		EQUAL(byte_at(to), moved ? 0 : -1);
		EQUAL(space_unmap(&space, last, last + FRAME_SIZE), 0);
		last -= 2 * FRAME_SIZE;
	}
	CHECK(moved);
}

TEST(the_stack_grows_to_its_limit)
{
	const uint64_t mib = 1 << 20;
	const uint64_t start_of_stack = USER_TOP - STACK_SIZE;
	const uint64_t room = USER_TOP - STACK_ROOM;

	start(300 * FRAME_SIZE);
	EQUAL(space_map(&space, start_of_stack, USER_TOP, RW, VMA_STACK), 0);
	EQUAL(space_size(&space, 0, 0), 0); /* it hasn't grown yet */
	EQUAL(space_fault(&space, USER_TOP - 1, PROT_WRITE), 0);
	EQUAL(space_fault(&space, USER_TOP - 2 * mib, PROT_WRITE), 0);
	EQUAL(space_size(&space, PROT_WRITE, VMA_SHARED), 2 * mib);
	EQUAL(space_size(&space, PROT_WRITE, VMA_STACK), 0);
	space_limit_stack(&space, 20 * mib + 1);
	EQUAL(vma_find(&space, room)->start, USER_TOP - 20 * mib);
	space_limit_stack(&space, UINT64_MAX);
	EQUAL(vma_find(&space, room)->start, room);
	/* What it holds stays. */
	space_limit_stack(&space, 1 * mib);
	EQUAL(vma_find(&space, room)->start, USER_TOP - 2 * mib);
	space_limit_stack(&space, 0);
	EQUAL(vma_find(&space, room)->start, USER_TOP - 2 * mib);
	/* Not up to what lies below it. */
	EQUAL(space_map(&space, room + mib, room + 2 * mib, RW, VMA_MEMORY), 0);
	space_limit_stack(&space, UINT64_MAX);
	EQUAL(vma_find(&space, room + 2 * mib)->start, room + 2 * mib + STACK_GAP);
	EQUAL(space_size(&space, PROT_WRITE, VMA_STACK), mib);
	EQUAL(space_size(&space, PROT_EXEC, 0), 0);
	/* Nor where the program has none any more. */
	EQUAL(space_unmap(&space, room + 2 * mib, USER_TOP), 0);
	space_limit_stack(&space, UINT64_MAX);
	EQUAL(vma_find(&space, room + 2 * mib), NULL);
}

int main(void)
{
	RUN(frames_come_in_order_and_run_out);
	RUN(frames_are_zero_when_given_out_again);
	RUN(a_shared_frame_is_free_after_its_last_reference);
	RUN(references_run_out);
	RUN(references_need_memory);
	RUN(a_part_of_a_frame_is_none);
	RUN(direct_map_reaches_every_frame);
	RUN(memory_is_shown_and_added);
	RUN(page_table_walker);
	RUN(page_table_entries);
	RUN(out_of_frames_in_a_walk);
	RUN(kmalloc_gives_distinct_objects_and_all_back);
	RUN(kmalloc_refuses);
	RUN(areas_agree_with_a_model);
	RUN(areas_appended_are_areas_like_others);
	RUN(an_area_appended_joins_one_that_is_alike);
	RUN(the_first_areas_take_no_memory);
	RUN(an_area_that_cannot_be_cut_stays_whole);
	RUN(the_tree_stays_balanced);
	RUN(unmapping_gives_all_frames_back);
	RUN(faults);
	RUN(bss_follows_data_in_one_piece);
	RUN(what_the_kernel_touches_takes_no_more);
	RUN(a_million_rounds_leak_nothing);
	RUN(huge_pages);
	RUN(areas_move_with_what_they_hold);
	RUN(a_move_without_memory_for_areas_leaves_all_as_it_was);
	RUN(the_stack_grows_to_its_limit);
	RUN(user_memory);
	RUN(spaces_are_apart);
	RUN(the_heap_moves);
	RUN(user_ranges);
	return unit_failures != 0;
}
