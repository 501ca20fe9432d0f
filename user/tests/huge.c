/* SPDX-License-Identifier: MIT */
/*
 * Memory that is gone through in order, for which the kernel may take pages of
 * 2 MiB: cut, protected, discarded and moved it still is what Linux says.
 *
 *   huge          all of it
 *   huge unmapped touches at last a page that was unmapped, after others were: SIGSEGV
 */
#include <linux/mman.h>

#include "check.h"

#define PAGE  4096L
#define HUGE  (512 * PAGE)
#define PAGES (8 * 512L)
#define RW    (PROT_READ | PROT_WRITE)
#define ANON  (MAP_PRIVATE | MAP_ANONYMOUS)

static long *word(char *a, long page)
{
	return (long *)(a + page * PAGE);
}

static void holds(char *a, long first, long end, long from)
{
	for (long i = first; i < end; i++)
		EQUAL(*word(a, i), from ? from + i : 0);
}

int main(int argc, char **argv)
{
	char *a = (char *)((mmap(NULL, PAGES * PAGE + HUGE, RW, ANON, -1, 0) + HUGE - 1) & -HUGE);
	char *b;

	for (long i = 0; i < PAGES; i++) {
		EQUAL(*word(a, i), 0);
		*word(a, i) = 1000 + i;
	}
	if (argc > 1 && same_text(argv[1], "unmapped")) {
		EQUAL(munmap(a + 3 * HUGE + 5 * PAGE, 3 * PAGE), 0);
		holds(a, 3 * 512, 3 * 512 + 5, 1000);
		holds(a, 3 * 512 + 8, 4 * 512, 1000);
		*word(a, 3 * 512 + 5) = 1; /* the first of them */
		return 0;
	}
	/* A page in the middle, and a range over the ends of two. */
	EQUAL(munmap(a + 2 * HUGE + 7 * PAGE, PAGE), 0);
	EQUAL(mprotect(a + 3 * HUGE - PAGE, 2 * PAGE, PROT_READ), 0);
	holds(a, 0, 2 * 512 + 7, 1000);
	holds(a, 2 * 512 + 8, PAGES, 1000);
	EQUAL(syscall3(__NR_read, 0, (long)(a + 3 * HUGE), 1), -EFAULT);
	EQUAL(syscall3(__NR_madvise, (long)(a + 4 * HUGE + PAGE), 3 * PAGE, MADV_DONTNEED), 0);
	holds(a, 4 * 512 + 1, 4 * 512 + 4, 0);
	holds(a, 4 * 512 + 4, PAGES, 1000);
	/* The hole is zeros again, all others are as they were. */
	EQUAL(mmap(a + 2 * HUGE + 7 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0),
	      a + 2 * HUGE + 7 * PAGE);
	holds(a, 2 * 512 + 7, 2 * 512 + 8, 0);
	holds(a, 2 * 512 + 8, 4 * 512 + 1, 1000);
	/* Moved, to where pages lie otherwise. */
	b = (char *)syscall6(__NR_mremap, (long)(a + 5 * HUGE), 2 * HUGE, 3 * HUGE, MREMAP_MAYMOVE,
			     0, 0);
	CHECK(b > (char *)0);
	holds(b, 0, 2 * 512, 1000 + 5 * 512);
	holds(b, 2 * 512, 3 * 512, 0);
	holds(a, 7 * 512, PAGES, 1000);
	holds(a, 4 * 512 + 4, 5 * 512, 1000);
	EQUAL(munmap(b, 3 * HUGE), 0);
	return pass();
}
