/* SPDX-License-Identifier: MIT */
/* Files in memory, and address spaces that map them, over memory that is a host mapping. */
#include <errno.h>
#include <stdbool.h>

#include "../mm/cache_chunk.h"
#include "../mm/cache_keys.h"
#include "../mm/kmalloc.h"
#include "../mm/pagecache.h"
#include "../mm/reclaim.h"
#include "../mm/vma.h"
#include "../mm/vma_tree.h"
#include "memory.h"

#define BASE UINT64_C(0x10000000)

/* Memory of so many page frames, from which the page cache's are taken when they run out. */
static void start_frames(uint64_t frames)
{
	start(frames * FRAME_SIZE);
	frame_set_reclaim(reclaim_frames);
}

/* --- a file --- */

struct fake {
	struct cache cache; /* first */
	uint64_t number;    /* of the file: its bytes depend on it */
	int64_t size;	    /* what it has now */
	bool broken;	    /* can't be read */
	unsigned reads, idles, frees;
};

static struct fake *fake(struct cache *cache)
{
	return (struct fake *)cache;
}

/* The first word of a page; every other is made from it. */
static uint64_t word_of(const struct fake *file, uint64_t page)
{
	return (file->number << 32 | page) + 1;
}

static uint8_t byte_of(const struct fake *file, uint64_t offset)
{
	uint64_t word = word_of(file, offset / PAGE_SIZE);

	return word >> offset % 8 * 8;
}

static int64_t fake_read(struct cache *cache, paddr_t to, uint64_t bytes, uint64_t offset)
{
	uint8_t *at = phys_to_virt(to);
	uint64_t n = 0;

	fake(cache)->reads++;
	if (fake(cache)->broken)
		return -EACCES;
	for (; n < bytes && (int64_t)(offset + n) < fake(cache)->size; n++)
		at[n] = byte_of(fake(cache), offset + n);
	return n;
}

static int64_t fake_size(struct cache *cache)
{
	return fake(cache)->size;
}

static void fake_idle(struct cache *cache)
{
	fake(cache)->idles++;
}

static void fake_free(struct cache *cache)
{
	fake(cache)->frees++;
}

static const struct cache_ops fake_ops = {
	.read = fake_read,
	.size = fake_size,
	.idle = fake_idle,
	.free = fake_free,
};

static struct cache_key key_of(const struct fake *file)
{
	return (struct cache_key){.device = 1, .inode = file->number, .size = file->size};
}

/* A file of so many bytes, with one reference. */
static struct cache *open_fake(struct fake *file, uint64_t number, int64_t size, bool keyed)
{
	struct cache_key key;

	*file = (struct fake){.number = number, .size = size};
	key = key_of(file);
	cache_init(&file->cache, &fake_ops, size, keyed ? &key : NULL);
	return &file->cache;
}

/* --- what the CPU does --- */

static paddr_t frame_at(uaddr_t va)
{
	const pte_t *entry = paging_entry(&space, va, false);

	return entry ? paging_frame(*entry) : 0;
}

/* Touches a page as ring 3 would. Returns its first word's place, or NULL: *error is the fault's.
 */
static uint64_t *touch(uaddr_t va, bool write, int *error)
{
	pte_t needed = PTE_P | PTE_U | (write ? PTE_W : 0);

	for (int i = 0; i < 2; i++) {
		const pte_t *entry = paging_entry(&space, va, false);

		if (entry && (*entry & needed) == needed)
			return phys_to_virt(paging_frame(*entry) + va % PAGE_SIZE);
		*error = space_fault(&space, va, write ? PROT_WRITE : PROT_READ);
		if (*error)
			return NULL;
	}
	CHECK(!"the fault comes again");
	return NULL;
}

static uint64_t load(uaddr_t va)
{
	int error = 0;
	uint64_t *word = touch(va, false, &error);

	EQUAL(error, 0);
	return *word;
}

static void store(uaddr_t va, uint64_t value)
{
	int error = 0;
	uint64_t *word = touch(va, true, &error);

	EQUAL(error, 0);
	*word = value;
}

static int fault(uaddr_t va, bool write)
{
	int error = 0;

	touch(va, write, &error);
	return error;
}

static void map(struct cache *cache, uaddr_t at, uint64_t pages, uint64_t first, unsigned prot)
{
	EQUAL(space_map_file(&space, at, at + pages * PAGE_SIZE, prot, VMA_MEMORY, cache,
			     first * PAGE_SIZE),
	      0);
}

TEST(a_fault_reads_what_is_around_by_one_call)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 140 * PAGE_SIZE, false);

	start_frames(200);
	map(cache, BASE, 140, 0, PROT_READ);
	EQUAL(load(BASE + 5 * PAGE_SIZE), word_of(&file, 5));
	EQUAL(file.reads, 1);
	for (uint64_t page = 0; page < 16; page++) {
		CHECK(frame_at(BASE + page * PAGE_SIZE));
		EQUAL(load(BASE + page * PAGE_SIZE), word_of(&file, page));
	}
	EQUAL(file.reads, 1);
	EQUAL(frame_at(BASE + 16 * PAGE_SIZE), 0);
	/* The last ones: only those that there are. */
	EQUAL(load(BASE + 139 * PAGE_SIZE), word_of(&file, 139));
	EQUAL(file.reads, 2);
	EQUAL(cache_page(cache, 127), 0);
	CHECK(cache_page(cache, 128));
	EQUAL(cache_page(cache, 140), 0);
}

TEST(more_is_read_as_long_as_it_is_used)
{
	struct fake file, other, third;
	struct cache *cache = open_fake(&file, 7, 4096 * PAGE_SIZE, false);
	int error;

	start_frames(9000);
	/* Here and there: what is read beside it is never asked for. */
	for (uint64_t page = 0; page < 4096; page += 512)
		CHECK(cache_around(cache, page, &error));
	EQUAL(file.reads, 8);
	EQUAL(cache_count_unused(), 64 + 32 + 6 * 16);
	/* One after the other: 64, 64, 128, 256, 256, ... */
	cache = open_fake(&other, 8, 4096 * PAGE_SIZE, false);
	for (uint64_t page = 0; page < 4096; page++)
		CHECK(cache_around(cache, page, &error));
	EQUAL(other.reads, 3 + 4096 / 256 - 1);
	/* All that can be, from the start. */
	cache = open_fake(&third, 9, 200 * PAGE_SIZE, false);
	cache_expect_use(cache);
	CHECK(cache_around(cache, 77, &error));
	EQUAL(cache_page(cache, 199) != 0, 1);
}

TEST(an_area_shows_no_page_beyond_its_bounds)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 64 * PAGE_SIZE, false);

	start_frames(200);
	/* Beside it, on both sides, memory; and a table's end within the 64 KiB. */
	EQUAL(space_map(&space, 0x400000 - 4 * PAGE_SIZE, 0x400000 - 2 * PAGE_SIZE, RW, VMA_MEMORY),
	      0);
	map(cache, 0x400000 - 2 * PAGE_SIZE, 4, 20, PROT_READ);
	EQUAL(space_map(&space, 0x402000, 0x404000, RW, VMA_MEMORY), 0);
	EQUAL(load(0x400000), word_of(&file, 22));
	EQUAL(load(0x401000), word_of(&file, 23));
	for (uaddr_t at = 0x400000 - 4 * PAGE_SIZE; at < 0x400000 - 2 * PAGE_SIZE; at += PAGE_SIZE)
		EQUAL(frame_at(at), 0);
	EQUAL(frame_at(0x402000), 0);
	EQUAL(load(0x400000 - PAGE_SIZE), word_of(&file, 21));
	EQUAL(load(0x402000), 0);
}

TEST(mappings_share_a_page_until_one_is_written_to)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 4 * PAGE_SIZE, false);
	uaddr_t other = BASE + GIB;

	start_frames(200);
	map(cache, BASE, 4, 0, RW);
	map(cache, other, 2, 1, PROT_READ);
	EQUAL(load(BASE + PAGE_SIZE), word_of(&file, 1));
	EQUAL(load(other), word_of(&file, 1));
	EQUAL(frame_at(BASE + PAGE_SIZE), frame_at(other));
	store(BASE + PAGE_SIZE, 99);
	EQUAL(load(BASE + PAGE_SIZE), 99);
	EQUAL(load(BASE + PAGE_SIZE + 8), word_of(&file, 1));
	EQUAL(load(other), word_of(&file, 1));
	/* One that was never read, at once. */
	store(BASE + 3 * PAGE_SIZE, 98);
	EQUAL(load(BASE + 3 * PAGE_SIZE + 8), word_of(&file, 3));
	EQUAL(*(uint64_t *)phys_to_virt(cache_page(cache, 3)), word_of(&file, 3));
	EQUAL(fault(other, true), -EFAULT);
}

TEST(the_kernel_writes_to_no_shared_page)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 4 * PAGE_SIZE, false);
	paddr_t pa;

	start_frames(200);
	map(cache, BASE, 4, 0, RW);
	EQUAL(load(BASE), word_of(&file, 0));
	/* To read, all of it in one piece; to write, page after page. */
	EQUAL(space_run(&space, BASE + 16, 4 * PAGE_SIZE - 16, false, &pa), 4 * PAGE_SIZE - 16);
	EQUAL(pa, cache_page(cache, 0) + 16);
	EQUAL(space_run(&space, BASE + 16, 4 * PAGE_SIZE - 16, true, &pa), PAGE_SIZE - 16);
	CHECK(pa != cache_page(cache, 0) + 16);
	EQUAL(*(uint64_t *)phys_to_virt(pa), word_of(&file, 0));
	EQUAL(pa, frame_at(BASE) + 16);
	/* And one that isn't there yet. */
	space_discard(&space, BASE, BASE + 4 * PAGE_SIZE);
	EQUAL(space_run(&space, BASE + PAGE_SIZE, 8, true, &pa), 8);
	CHECK(pa != cache_page(cache, 1));
	EQUAL(*(uint64_t *)phys_to_virt(pa), word_of(&file, 1));
}

TEST(a_right_to_write_waits_for_a_copy)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 2 * PAGE_SIZE, false);

	start_frames(200);
	map(cache, BASE, 2, 0, PROT_READ);
	EQUAL(load(BASE), word_of(&file, 0));
	EQUAL(space_protect(&space, BASE, BASE + 2 * PAGE_SIZE, RW), 0);
	EQUAL(*paging_entry(&space, BASE, false) & PTE_W, 0);
	store(BASE, 5);
	EQUAL(*(uint64_t *)phys_to_virt(cache_page(cache, 0)), word_of(&file, 0));
	/* The copy needs no second one. */
	EQUAL(space_protect(&space, BASE, BASE + PAGE_SIZE, PROT_READ), 0);
	EQUAL(space_protect(&space, BASE, BASE + PAGE_SIZE, RW), 0);
	CHECK(*paging_entry(&space, BASE, false) & PTE_W);
	EQUAL(load(BASE), 5);
	/* Nor does the last mapping of a file that is gone. */
	cache_put(cache);
	EQUAL(space_unmap(&space, BASE, BASE + PAGE_SIZE), 0);
	EQUAL(file.frees, 0);
}

TEST(behind_the_end_there_is_nothing_until_the_file_grows)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, PAGE_SIZE + 100, false);

	start_frames(200);
	map(cache, BASE, 8, 0, PROT_READ);
	EQUAL(fault(BASE + 2 * PAGE_SIZE, false), -EIO);
	EQUAL(load(BASE + PAGE_SIZE), word_of(&file, 1));
	EQUAL(load(BASE + PAGE_SIZE + 104), 0);
	file.size = 3 * PAGE_SIZE;
	EQUAL(load(BASE + 2 * PAGE_SIZE), word_of(&file, 2));
	EQUAL(load(BASE + PAGE_SIZE + 104), word_of(&file, 1));
	EQUAL(fault(BASE + 3 * PAGE_SIZE, false), -EIO);
}

TEST(a_file_that_became_shorter_or_unreadable_gives_what_there_is)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 32 * PAGE_SIZE, false);
	paddr_t pa;

	start_frames(200);
	map(cache, BASE, 32, 0, RW);
	file.size = 2 * PAGE_SIZE + 1;
	EQUAL(fault(BASE + 3 * PAGE_SIZE, false), -EIO);
	EQUAL(load(BASE + 2 * PAGE_SIZE), word_of(&file, 2) & 0xff);
	EQUAL(fault(BASE + 3 * PAGE_SIZE, true), -EIO);
	EQUAL(space_run(&space, BASE + 3 * PAGE_SIZE, 8, true, &pa), -EFAULT);
	file.broken = true;
	EQUAL(fault(BASE + 20 * PAGE_SIZE, false), -EIO);
	file.broken = false;
	file.size = 32 * PAGE_SIZE;
	EQUAL(load(BASE + 20 * PAGE_SIZE), word_of(&file, 20));
}

TEST(discarded_pages_are_the_files_again)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 2 * PAGE_SIZE, false);
	uint64_t frames;

	start_frames(200);
	map(cache, BASE, 2, 0, RW);
	EQUAL(load(BASE), word_of(&file, 0));
	frames = frame_count_free();
	store(BASE, 5);
	space_discard(&space, BASE, BASE + PAGE_SIZE);
	EQUAL(load(BASE), word_of(&file, 0));
	EQUAL(file.reads, 1);
	EQUAL(frame_count_free(), frames);
}

TEST(a_mapping_may_be_larger_than_memory)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 1000 * PAGE_SIZE, false);

	start_frames(200);
	map(cache, BASE, 1000, 0, RW);
	store(BASE + 4 * PAGE_SIZE, 5);
	for (int round = 0; round < 2; round++)
		for (uint64_t page = 0; page < 1000; page++)
			EQUAL(load(BASE + page * PAGE_SIZE), page == 4 ? 5 : word_of(&file, page));
	CHECK(file.reads < 200); /* 126, if page frames were always in a row */
	/* What was written can't be taken, and the last pages that are read stay. */
	for (uint64_t page = 0; page < 200; page++)
		if (fault(BASE + page * PAGE_SIZE, true) == -ENOMEM) {
			EQUAL(chunk_count, 6);
			return;
		}
	CHECK(!"memory has no end");
}

TEST(pages_that_are_used_are_the_last_to_go)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 64 * PAGE_SIZE, false);
	int error;

	start_frames(200);
	for (uint64_t page = 0; page < 64; page += 16)
		CHECK(cache_around(cache, page, &error));
	EQUAL(cache_count_unused(), 64);
	EQUAL(cache_shrink(1), 16);
	EQUAL(cache_page(cache, 0), 0); /* the oldest */
	CHECK(cache_around(cache, 16, &error));
	CHECK(cache_around(cache, 48, &error));
	EQUAL(cache_shrink(1), 16);
	CHECK(cache_page(cache, 16));
	EQUAL(cache_page(cache, 32), 0);
	/* Not those that a mapping has, nor those that were handed out last. */
	map(cache, BASE, 32, 0, PROT_READ);
	EQUAL(load(BASE + 16 * PAGE_SIZE), word_of(&file, 16));
	CHECK(cache_around(cache, 48, &error));
	EQUAL(cache_shrink(1000), 0);
	EQUAL(cache_count_unused(), 16);
	EQUAL(space_drop_clean(&space, 1000), 16);
	EQUAL(cache_shrink(1000), 16);
	EQUAL(load(BASE + 16 * PAGE_SIZE), word_of(&file, 16));
}

TEST(a_file_with_a_key_is_found_again_until_its_pages_go)
{
	struct fake file, other;
	struct cache *cache = open_fake(&file, 7, 2 * PAGE_SIZE, true);
	struct cache_key key = key_of(&file);
	int error;

	start_frames(200);
	CHECK(cache_around(cache, 0, &error));
	cache_put(cache);
	EQUAL(file.idles, 1);
	EQUAL(file.frees, 0);
	EQUAL(cache_find(&key), cache);
	CHECK(cache_page(cache, 1));
	key.nanoseconds++;
	EQUAL(cache_find(&key), NULL);
	/* Another in the same list of the table. */
	open_fake(&other, 7 + 256, PAGE_SIZE, true);
	EQUAL(cache_next(cache_next(NULL)) != NULL, 1);
	EQUAL(cache_next(cache_next(cache_next(NULL))), NULL);
	cache_put(cache);
	/* Its last page was handed out; once another is, it goes, and the file with it. */
	EQUAL(cache_shrink(100), 0);
	CHECK(cache_around(&other.cache, 0, &error));
	EQUAL(cache_shrink(100), 2);
	EQUAL(file.frees, 1);
	open_fake(&other, 8, PAGE_SIZE, false);
	cache_put(&other.cache);
	EQUAL(other.idles, 1);
	EQUAL(other.frees, 1);
}

TEST(what_has_changed_is_read_again_where_it_is)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 40 * PAGE_SIZE, true);
	struct cache_key key = key_of(&file);

	start_frames(200);
	map(cache, BASE, 60, 0, RW);
	store(BASE + 2 * PAGE_SIZE, 5);
	EQUAL(load(BASE + PAGE_SIZE), word_of(&file, 1));
	file.number = 8;
	file.size = 50 * PAGE_SIZE + 8;
	file.reads = 0;
	cache_renew(cache, PAGE_SIZE + 100, 3 * PAGE_SIZE + 1);
	EQUAL(file.reads, 3);
	EQUAL(load(BASE), word_of(&file, 0) - (UINT64_C(1) << 32));
	EQUAL(load(BASE + PAGE_SIZE), word_of(&file, 1));
	EQUAL(load(BASE + 2 * PAGE_SIZE), 5);
	EQUAL(load(BASE + 3 * PAGE_SIZE), word_of(&file, 3));
	/* Behind the end that was known. */
	cache_renew(cache, 50 * PAGE_SIZE, 50 * PAGE_SIZE + 8);
	EQUAL(cache->size, file.size);
	EQUAL(load(BASE + 50 * PAGE_SIZE), word_of(&file, 50));
	EQUAL(space_unmap(&space, BASE, BASE + 60 * PAGE_SIZE), 0);
	cache_put(cache);
	EQUAL(file.frees, 0);
	cache_forget(cache);
	EQUAL(file.frees, 1);
	EQUAL(cache_find(&key), NULL);
	EQUAL(cache_count_unused(), 0);
}

TEST(a_complete_file_needs_no_owner_and_stays)
{
	struct fake file, other;
	struct cache *cache = open_fake(&file, 7, 50 * PAGE_SIZE + 5, true);
	int error;

	start_frames(200);
	map(cache, BASE, 60, 0, PROT_READ);
	cache_put(cache); /* closed */
	EQUAL(cache_complete(cache), 0);
	file.broken = true;
	file.size = 60 * PAGE_SIZE;
	EQUAL(cache_shrink(1000), 0);
	for (uint64_t page = 0; page < 50; page++)
		EQUAL(load(BASE + page * PAGE_SIZE), word_of(&file, page));
	EQUAL(fault(BASE + 51 * PAGE_SIZE, false), -EIO);
	EQUAL(space_unmap(&space, BASE, BASE + 60 * PAGE_SIZE), 0);
	EQUAL(file.idles, 1);
	CHECK(cache_around(open_fake(&other, 10, 1, false), 0, &error));
	EQUAL(cache_shrink(1000), 51);
	EQUAL(file.frees, 1);
	/* Of what doesn't fit nothing is promised. */
	cache = open_fake(&file, 9, 500 * PAGE_SIZE, true);
	CHECK(cache_complete(cache) < 0);
	CHECK(!cache->complete);
}

TEST(a_page_frame_has_only_so_many_mappings)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, PAGE_SIZE, false);

	start_frames(200);
	map(cache, BASE, 1, 0, PROT_READ);
	map(cache, BASE + GIB, 1, 0, PROT_READ);
	EQUAL(load(BASE), word_of(&file, 0));
	while (frame_get(frame_at(BASE)))
		;
	EQUAL(load(BASE + GIB), word_of(&file, 0));
	CHECK(frame_at(BASE + GIB) != frame_at(BASE));
}

/* --- everything, against a model --- */

#define PAGES 64
#define FILES 3
#define SIZE  40 /* pages of a file */

static struct page {
	bool mapped;
	unsigned prot;
	int file;	 /* -1: memory */
	uint64_t number; /* of the page in the file */
	uint64_t word;	 /* what was written there; 0: nothing */
} model[PAGES];

static struct fake model_files[FILES];

static uint64_t model_word(const struct page *page)
{
	if (page->word)
		return page->word;
	return page->file < 0 ? 0 : word_of(&model_files[page->file], page->number);
}

static uaddr_t model_address(int page)
{
	return BASE + (uint64_t)page * PAGE_SIZE;
}

static bool is_alike(const struct page *a, const struct page *b)
{
	return a->mapped == b->mapped && a->prot == b->prot && a->file == b->file &&
	       (a->file < 0 || a->number + 1 == b->number);
}

/* How far from `from` on, at most to `to`, it is one area. */
static int model_reach(int from, int to)
{
	int end = from + 1;

	while (end < to && is_alike(&model[end - 1], &model[end]))
		end++;
	return end;
}

static void model_check(void)
{
	for (int page = 0; page < PAGES; page++) {
		const struct vma *v = vma_find(&space, model_address(page));

		EQUAL(v && v->start <= model_address(page), model[page].mapped);
		if (!model[page].mapped || !(model[page].prot & PROT_READ))
			continue;
		EQUAL(load(model_address(page)), model_word(&model[page]));
		EQUAL(load(model_address(page) + 8),
		      model[page].file < 0
			      ? 0
			      : word_of(&model_files[model[page].file], model[page].number));
	}
	for (int file = 0; file < FILES; file++)
		for (uint64_t page = 0; page < SIZE; page++) {
			paddr_t frame = cache_page(&model_files[file].cache, page);

			if (frame)
				EQUAL(*(uint64_t *)phys_to_virt(frame),
				      word_of(&model_files[file], page));
		}
}

static void model_map(int from, int to, int file, uint64_t number, unsigned prot)
{
	EQUAL(space_unmap(&space, model_address(from), model_address(to)), 0);
	if (file < 0)
		EQUAL(space_map(&space, model_address(from), model_address(to), prot, VMA_MEMORY),
		      0);
	else
		map(&model_files[file].cache, model_address(from), to - from, number, prot);
	for (int page = from; page < to; page++)
		model[page] = (struct page){true, prot, file, number + page - from, 0};
}

/* Writes to a page as the program, or as the kernel for it. */
static void model_write(int page, bool by_kernel)
{
	uint64_t word = unit_random() | 1;
	paddr_t pa;

	if (!model[page].mapped || !(model[page].prot & PROT_WRITE))
		return;
	if (by_kernel) {
		EQUAL(space_run(&space, model_address(page), 8, true, &pa), 8);
		*(uint64_t *)phys_to_virt(pa) = word;
	} else {
		store(model_address(page), word);
	}
	model[page].word = word;
}

static void model_move(int from, int to)
{
	int end = model_reach(from, to);
	int bytes = end - from;
	int target = unit_random() % (PAGES - bytes);

	if (!model[from].mapped || (target < end && from < target + bytes))
		return;
	EQUAL(space_unmap(&space, model_address(target), model_address(target + bytes)), 0);
	EQUAL(space_move(&space, model_address(from), bytes * PAGE_SIZE, model_address(target),
			 bytes * PAGE_SIZE, false),
	      0);
	memcpy(model + target, model + from, bytes * sizeof(model[0]));
	memset(model + from, 0, bytes * sizeof(model[0]));
}

static void model_protect(int from, int to, unsigned prot)
{
	EQUAL(space_protect(&space, model_address(from), model_address(to), prot), 0);
	for (int page = from; page < to; page++)
		if (model[page].mapped)
			model[page].prot = prot;
}

static void model_step(void)
{
	static const unsigned prots[] = {PROT_NONE, PROT_READ, RW, RW};
	int from = unit_random() % PAGES;
	int to = from + 1 + unit_random() % (PAGES - from);
	unsigned prot = prots[unit_random() % 4];
	int file = (int)(unit_random() % (FILES + 1)) - 1;

	switch (unit_random() % 10) {
	case 0:
		to = to > from + 30 ? from + 30 : to;
		model_map(from, to, file, unit_random() % (SIZE - (to - from) + 1), prot);
		break;
	case 1:
		EQUAL(space_unmap(&space, model_address(from), model_address(to)), 0);
		memset(model + from, 0, (to - from) * sizeof(model[0]));
		break;
	case 2:
		model_protect(from, to, prot);
		break;
	case 3:
		model_move(from, to);
		break;
	case 4:
		space_discard(&space, model_address(from), model_address(to));
		for (int page = from; page < to; page++)
			model[page].word = 0;
		break;
	case 5:
		space_drop_clean(&space, unit_random() % 40);
		cache_shrink(unit_random() % 40);
		break;
	default:
		model_write(from, unit_random() % 2);
	}
}

/* Allocates all page frames but the highest, and returns the one below that. */
static uint8_t *use_all_but_one(void)
{
	paddr_t frame, highest = 0;

	while ((frame = frame_alloc_uncleared()))
		highest = frame > highest ? frame : highest;
	frame_put(highest);
	return phys_to_virt(highest - FRAME_SIZE);
}

/* A failed read's errno is no number of bytes, even where memory is read in small pieces. */
TEST(a_failed_read_touches_no_other_memory)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 16 * PAGE_SIZE, false);
	uint8_t *below;
	int error = 0;

	start(64 * FRAME_SIZE);
	file.size = 1;
	CHECK(cache_around(cache, 0, &error)); /* then its chunk is there */
	file.broken = true;
	below = use_all_but_one();
	memset(below, 0xff, PAGE_SIZE);
	EQUAL(cache_around(cache, 1, &error), NULL);
	EQUAL(error, -EIO);
	for (int i = 0; i < PAGE_SIZE; i++)
		EQUAL(below[i], 0xff);
}

#define CHUNK_ROOM 256 /* what kmalloc() takes for a chunk */
_Static_assert(sizeof(struct chunk) > CHUNK_ROOM / 2 && sizeof(struct chunk) <= CHUNK_ROOM, "");

/* There is memory for the pages that are read, and for one chunk: that of the page asked for. */
TEST(a_page_is_there_where_the_chunks_before_it_have_no_memory)
{
	struct fake file;
	struct cache *cache = open_fake(&file, 7, 64 * PAGE_SIZE, false);
	const paddr_t *frames;
	int error;

	start_frames(1 + 64);
	for (int i = 0; i < FRAME_SIZE / CHUNK_ROOM - 2; i++) /* one is the slab's head */
		CHECK(kmalloc(CHUNK_ROOM));
	EQUAL(frame_count_free(), 64);
	frames = cache_around(cache, 20, &error);
	CHECK(frames && frames[20 % CACHE_AROUND]);
	EQUAL(*(uint64_t *)phys_to_virt(frames[20 % CACHE_AROUND]), word_of(&file, 20));
}

/* So little memory that pages of files must go again and again. */
TEST(a_space_agrees_with_a_model)
{
	uint64_t before = 0, frames = 0;
	struct fake other;
	int error;

	start_frames(150);
	vma_tree_seed(7);
	for (int part = 0; part < 3; part++) {
		memset(model, 0, sizeof(model));
		for (int file = 0; file < FILES; file++)
			open_fake(&model_files[file], file + 1, SIZE * PAGE_SIZE, file == 1);
		for (int round = 0; round < 5000; round++) {
			model_step();
			if (round % 4 == 0)
				model_check();
		}
		model_check();
		EQUAL(space_unmap(&space, BASE, model_address(PAGES)), 0);
		for (int file = 0; file < FILES; file++) {
			EQUAL(model_files[file].cache.refs, 1);
			cache_put(&model_files[file].cache);
		}
		/* What was handed out last would stay. */
		CHECK(cache_around(open_fake(&other, 9, 1, false), 0, &error));
		cache_put(&other.cache);
		while (cache_shrink(1000))
			;
		for (int file = 0; file < FILES; file++)
			EQUAL(model_files[file].frees, 1);
		frames = frame_count_free();
		if (part)
			EQUAL(frames, before);
		before = frames;
	}
}

int main(void)
{
	RUN(a_fault_reads_what_is_around_by_one_call);
	RUN(more_is_read_as_long_as_it_is_used);
	RUN(an_area_shows_no_page_beyond_its_bounds);
	RUN(mappings_share_a_page_until_one_is_written_to);
	RUN(the_kernel_writes_to_no_shared_page);
	RUN(a_right_to_write_waits_for_a_copy);
	RUN(behind_the_end_there_is_nothing_until_the_file_grows);
	RUN(a_file_that_became_shorter_or_unreadable_gives_what_there_is);
	RUN(discarded_pages_are_the_files_again);
	RUN(a_mapping_may_be_larger_than_memory);
	RUN(pages_that_are_used_are_the_last_to_go);
	RUN(a_file_with_a_key_is_found_again_until_its_pages_go);
	RUN(what_has_changed_is_read_again_where_it_is);
	RUN(a_complete_file_needs_no_owner_and_stays);
	RUN(a_page_frame_has_only_so_many_mappings);
	RUN(a_failed_read_touches_no_other_memory);
	RUN(a_page_is_there_where_the_chunks_before_it_have_no_memory);
	RUN(a_space_agrees_with_a_model);
	return unit_failures != 0;
}
