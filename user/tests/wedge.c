/* SPDX-License-Identifier: MIT */
/* Takes all memory for small areas and pages; when there is no more, it can still be given back. */
#include <linux/mman.h>

#include "check.h"

#define PAGE 4096L
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *const base = (char *)0x100000000;

int main(void)
{
	int zero = open("/dev/zero", O_RDONLY);
	char *big = (char *)mmap(NULL, 64L << 20, RW, ANON | MAP_NORESERVE, -1, 0);
	long areas = 0;
	long done = 0;

	CHECK((long)big > 0);
	for (; areas < 60; areas++)
		EQUAL(mmap(base + areas * 2 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0),
		      base + areas * 2 * PAGE);
	/* A read populates its pages first: with all frames gone it is refused. */
	while (read(zero, big + done, PAGE) == PAGE)
		done += PAGE;
	EQUAL(read(zero, big + done, PAGE), -ENOMEM);
	/* More areas, as far as the kernel still has room for them. */
	while (mmap(base + areas * 2 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0) ==
	       (long)base + areas * 2 * PAGE)
		areas++;
	EQUAL(munmap(base, PAGE), 0);
	EQUAL(munmap(big, 64L << 20), 0);
	EQUAL(mmap(base, 16 * PAGE, RW, ANON | MAP_FIXED, -1, 0), base);
	EQUAL(read(zero, base, 16 * PAGE), 16 * PAGE);
	return pass();
}
