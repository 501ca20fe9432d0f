/* SPDX-License-Identifier: MIT */
/*
 * Maps, touches and unmaps many times more memory than the guest has: what is
 * given back, page tables included, can be had again, and is zero.
 */
#include <linux/mman.h>

#include "check.h"

#define PAGE 4096L
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void)
{
	for (long round = 0; round < 300; round++) {
		/* Each time elsewhere, so that page tables are made and must go, too. */
		char *at = (char *)(0x100000000 + round * (1L << 30));

		EQUAL(mmap(at, 16 * PAGE, RW, ANON | MAP_FIXED, -1, 0), at);
		for (long page = 0; page < 16; page++) {
			EQUAL(at[page * PAGE + 8], 0);
			at[page * PAGE + 8] = 1;
		}
		EQUAL(mprotect(at + 4 * PAGE, 4 * PAGE, PROT_READ), 0);
		EQUAL(munmap(at + 2 * PAGE, 3 * PAGE), 0);
		EQUAL(munmap(at, 16 * PAGE), 0);
	}
	for (long round = 0; round < 2000; round++) {
		long at = mmap(NULL, PAGE, RW, ANON, -1, 0);

		CHECK(at > 0);
		EQUAL(munmap((void *)at, PAGE), 0);
	}
	return pass();
}
