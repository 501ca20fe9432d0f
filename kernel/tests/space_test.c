/* SPDX-License-Identifier: MIT */
/* Address spaces: faults, pages of 2 MiB, moves, the heap, the stack, the program's memory. */
#include <errno.h>
#include <stdbool.h>

#include "../mm/uaccess.h"
#include "../mm/vma.h"
#include "memory.h"

#define BASE UINT64_C(0x10000000)

TEST(unmapping_gives_all_frames_back)
{
	uint64_t before;
	uint64_t pa;

	start(3000 * FRAME_SIZE);
	EQUAL(space_map(&space, BASE - 0x1000, BASE, RW, VMA_MEMORY), 0);
	EQUAL(space_fault(&space, BASE - 1, PROT_WRITE), 0);
	before = frame_count_free();
	for (int round = 0; round < 50; round++) {
		uint64_t at = BASE + (unit_random() % 1000) * GIB;
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
	CHECK(paging_entry(&space, BASE - 1, false) && *paging_entry(&space, BASE - 1, false));
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
	RUN(unmapping_gives_all_frames_back);
	RUN(faults);
	RUN(bss_follows_data_in_one_piece);
	RUN(what_the_kernel_touches_takes_no_more);
	RUN(user_memory);
	RUN(spaces_are_apart);
	RUN(the_heap_moves);
	RUN(user_ranges);
	RUN(a_million_rounds_leak_nothing);
	RUN(huge_pages);
	RUN(areas_move_with_what_they_hold);
	RUN(a_move_without_memory_for_areas_leaves_all_as_it_was);
	RUN(the_stack_grows_to_its_limit);
	return unit_failures != 0;
}
