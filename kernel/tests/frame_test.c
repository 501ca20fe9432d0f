/* SPDX-License-Identifier: MIT */
/* Page frames, the direct map, page tables and small objects. */
#include <stdbool.h>

#include "../mm/kmalloc.h"
#include "memory.h"

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
	return unit_failures != 0;
}
