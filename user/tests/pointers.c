/* SPDX-License-Identifier: MIT */
/* Pointers and lengths that a hostile program gives: refused, never followed. */
#include <linux/mman.h>

#include "check.h"

#define PAGE 4096L

static const long lengths[] = {1,
			       2,
			       4096,
			       4097,
			       1L << 31,
			       (1L << 31) + 1,
			       1L << 32,
			       1L << 47,
			       (1L << 47) - 4096,
			       (long)((1UL << 63) - 1),
			       (long)(1UL << 63),
			       -4096,
			       -1};

static const long wild[] = {0,
			    1,
			    8,
			    0x1000,
			    0xffff,
			    0x7fffffffe000 + PAGE, /* the page that is never mapped */
			    0x7fffffffffff,
			    (long)0x800000000000,
			    (long)0xffff7fffffffffff,
			    (long)0xffff800000000000, /* the kernel */
			    (long)0xffff800000200000, /* its direct map */
			    (long)0xffffffff80000000,
			    -4096,
			    -1};

int main(void)
{
	int zero = open("/dev/zero", O_RDONLY);
	int ten = open("tests/files/ten", O_RDONLY);
	char *page = (char *)mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(zero >= 0 && ten >= 0);
	for (unsigned i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		EQUAL(open((char *)wild[i], O_RDONLY), -EFAULT);
		for (unsigned j = 0; j < sizeof(lengths) / sizeof(lengths[0]); j++) {
			EQUAL(read(zero, (void *)wild[i], lengths[j]), -EFAULT);
			EQUAL(write(1, (void *)wild[i], lengths[j]), -EFAULT);
		}
	}
	/* An empty buffer may be anywhere in the program's half. */
	EQUAL(read(zero, (void *)8, 0), 0);
	EQUAL(write(1, (void *)8, 0), 0);

	/* Starts legal, ends in nothing, in a page for reading, in the kernel. */
	EQUAL(munmap(page + 2 * PAGE, PAGE), 0);
	EQUAL(read(zero, page + PAGE, PAGE), PAGE);
	EQUAL(read(zero, page + PAGE, PAGE + 1), PAGE);
	EQUAL(read(zero, page + 2 * PAGE - 1, 2), 1);
	EQUAL(read(zero, page + 2 * PAGE, 1), -EFAULT);
	EQUAL(read(ten, page, (long)(1UL << 63)), -EFAULT);
	EQUAL(mprotect(page + PAGE, PAGE, PROT_READ), 0);
	EQUAL(read(zero, page + PAGE - 1, 2), 1);
	EQUAL(read(zero, page + PAGE - 1, 1), 1);
	/* The program's own text can be written out, but not over. */
	EQUAL(read(zero, (void *)main, 1), -EFAULT);

	/* A path that runs off its page: within it, at its very end, beyond. */
	for (unsigned i = 0; i < 15; i++)
		page[PAGE - 15 + i] = "tests/files/ten"[i];
	EQUAL(close(open(page + PAGE - 15, O_RDONLY)), 0); /* the next page is zero */
	EQUAL(munmap(page + PAGE, PAGE), 0);
	EQUAL(open(page + PAGE - 15, O_RDONLY), -EFAULT);
	page[PAGE - 1] = '\0';
	EQUAL(open(page + PAGE - 15, O_RDONLY), -ENOENT);
	EQUAL(open(page + PAGE - 1, O_RDONLY), -ENOENT);

	/* Numbers that are no system call. 32 bits of one count. */
	EQUAL(syscall3(-1, 0, 0, 0), -ENOSYS);
	EQUAL(syscall3(500, 0, 0, 0), -ENOSYS);
	EQUAL(syscall3(0x80000000 + __NR_close, -1, 0, 0), -ENOSYS);
	EQUAL(syscall3(0x100000000 + __NR_close, -1, 0, 0), -EBADF);
	EQUAL(syscall3((long)0x8000000000000000 + __NR_close, -1, 0, 0), -EBADF);
	EQUAL(syscall3(__NR_ptrace, 0, 0, 0), -ENOSYS);
	return pass();
}
