/* SPDX-License-Identifier: MIT */
/* mmap, munmap, mprotect and brk: what they return, each error, and what memory then holds. */
#include <linux/mman.h>

#include "check.h"

#define PAGE 4096L
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static char *map(size_t bytes, int prot)
{
	long address = mmap(NULL, bytes, prot, ANON, -1, 0);

	CHECK(address > 0);
	EQUAL(address % PAGE, 0);
	return (char *)address;
}

static void test_anonymous(void)
{
	char *a = map(5 * PAGE, RW);
	char *b;

	for (long i = 0; i < 5 * PAGE; i++)
		EQUAL(a[i], 0);
	for (long i = 0; i < 5 * PAGE; i++)
		a[i] = i;
	/* A hole in the middle; the rest stays. */
	EQUAL(munmap(a + 2 * PAGE, PAGE), 0);
	EQUAL(a[PAGE + 5], (char)(PAGE + 5));
	EQUAL(a[3 * PAGE + 5], (char)(3 * PAGE + 5));
	/* MAP_FIXED over a part, and into the hole: zeros again. */
	b = (char *)mmap(a + PAGE, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	EQUAL(b, a + PAGE);
	for (long i = 0; i < 2 * PAGE; i++)
		EQUAL(b[i], 0);
	EQUAL(a[5], 5);
	EQUAL(mmap(a, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), -EEXIST);
	EQUAL(munmap(a, 5 * PAGE), 0);
	/* A hint that is free is taken. */
	EQUAL(mmap(a, PAGE, RW, ANON, -1, 0), a);
	CHECK((char *)mmap(a, PAGE, RW, ANON, -1, 0) != a);
	EQUAL(munmap(a, PAGE), 0);
	/* One in the middle or at the end of an area is not, nor one that reaches into it. */
	EQUAL(mmap(a, 5 * PAGE, RW, ANON | MAP_FIXED, -1, 0), a);
	a[PAGE] = 1;
	for (long i = -1; i < 5; i++) {
		b = (char *)mmap(a + i * PAGE, 2 * PAGE, RW, ANON, -1, 0);
		CHECK(b >= a + 5 * PAGE || b + 2 * PAGE <= a);
		EQUAL(munmap(b, 2 * PAGE), 0);
		EQUAL(mmap(a + i * PAGE, 2 * PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), -EEXIST);
	}
	EQUAL(a[PAGE], 1);
	EQUAL(munmap(a, 5 * PAGE), 0);
	b = (char *)mmap(NULL, PAGE, RW, ANON | MAP_32BIT, -1, 0);
	CHECK((long)b > 0 && (long)b < 0x80000000);
	EQUAL(munmap(b, PAGE), 0);
	/* So is a hint far away. */
	EQUAL(mmap((void *)0xc000000000, PAGE, RW, ANON, -1, 0), 0xc000000000);
	*(char *)0xc000000000 = 1;
	EQUAL(munmap((void *)0xc000000000, PAGE), 0);
}

/* The kernel clears a page that was used before, also while the program has its flags odd. */
static void test_zeros(void)
{
	char *a = map(4 * PAGE, RW);

	for (long i = 0; i < 4 * PAGE; i++)
		a[i] = -1;
	EQUAL(munmap(a, 4 * PAGE), 0);
	a = map(4 * PAGE, RW);
	__asm__ volatile("std; movb $1, %0; cld" : "=m"(a[0]) : : "memory");
	EQUAL(a[0], 1);
	for (long i = 1; i < 4 * PAGE; i++)
		EQUAL(a[i], 0);
	EQUAL(munmap(a, 4 * PAGE), 0);
}

static void test_errors(void)
{
	EQUAL(mmap(NULL, 0, RW, ANON, -1, 0), -EINVAL);
	EQUAL(mmap(NULL, PAGE, RW, ANON, -1, 1), -EINVAL);
	EQUAL(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), -EINVAL);
	EQUAL(mmap((void *)123, PAGE, RW, ANON | MAP_FIXED, -1, 0), -EINVAL);
	EQUAL(mmap(NULL, 1UL << 62, RW, ANON, -1, 0), -ENOMEM);
	EQUAL(mmap(NULL, -PAGE, RW, ANON, -1, 0), -ENOMEM);
	EQUAL(mmap(NULL, -1UL, RW, ANON, -1, 0), -ENOMEM);
	EQUAL(mmap((void *)0x7fffffffe000, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM);
	EQUAL(mmap((void *)0x7ffffffff000, PAGE, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM);
	EQUAL(mmap((void *)0xffff800000000000, PAGE, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM);
	EQUAL(mmap((void *)-PAGE, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0), -ENOMEM);
	EQUAL(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0), -EBADF);
	EQUAL(munmap((void *)1, PAGE), -EINVAL);
	EQUAL(munmap((void *)PAGE, 0), -EINVAL);
	EQUAL(munmap((void *)PAGE, -PAGE), -EINVAL);
	EQUAL(munmap((void *)0xffff800000000000, PAGE), -EINVAL);
	EQUAL(munmap((void *)0x7fffffffe000, 2 * PAGE), -EINVAL);
	EQUAL(munmap((void *)0x10000000, PAGE), 0); /* nothing there */
	EQUAL(mprotect((void *)1, PAGE, RW), -EINVAL);
	EQUAL(mprotect((void *)PAGE, 0, RW), 0);
	EQUAL(mprotect((void *)0x10000000, PAGE, RW), -ENOMEM);
	EQUAL(mprotect((void *)0xffff800000000000, PAGE, RW), -ENOMEM);
	EQUAL(mprotect((void *)PAGE, -PAGE, RW), -ENOMEM);
	EQUAL(mprotect((void *)0x10000000, PAGE, 0x100), -EINVAL);
	EQUAL(mmap(NULL, PAGE, RW, MAP_ANONYMOUS | MAP_SHARED_VALIDATE, -1, 0), -EINVAL);
}

static void test_protect(void)
{
	static const char path[] = "/dev/null";
	char *a = map(4 * PAGE, RW);
	int fd;

	for (long i = 0; i < 4; i++)
		a[i * PAGE] = '0' + i;
	EQUAL(mprotect(a + PAGE, 2 * PAGE, PROT_READ), 0);
	/* The kernel obeys the rights as the program does. */
	fd = open("/dev/zero", O_RDONLY);
	EQUAL(read(fd, a + PAGE, 1), -EFAULT);
	EQUAL(read(fd, a, PAGE + 1), PAGE);
	EQUAL(read(fd, a, 1), 1);
	EQUAL(a[PAGE], '1');
	a[3 * PAGE] = 'x';
	EQUAL(mprotect(a, 4 * PAGE, PROT_NONE), 0);
	EQUAL(write(1, a + PAGE, 1), -EFAULT);
	EQUAL(mprotect(a, 4 * PAGE, RW), 0);
	EQUAL(a[2 * PAGE], '2');
	EQUAL(a[3 * PAGE], 'x');
	/* Execute what was written. */
	for (unsigned i = 0; i < 6; i++)
		a[i] = "\xb8\x2a\0\0\0\xc3"[i]; /* mov $42, %eax; ret */
	EQUAL(mprotect(a, PAGE, PROT_READ | PROT_EXEC), 0);
	EQUAL(((int (*)(void))a)(), 42);
	EQUAL(munmap(a + PAGE, PAGE), 0);
	EQUAL(mprotect(a, 3 * PAGE, RW), -ENOMEM);
	EQUAL(munmap(a, 4 * PAGE), 0);
	EQUAL(close(fd), 0);
	EQUAL(mprotect((void *)((long)path & -PAGE), PAGE, PROT_READ), 0);
}

static void test_reservation(void)
{
	/* Far more than there is: only what is touched costs. */
	char *a = map(64L << 30, PROT_NONE);

	EQUAL(mprotect(a + (32L << 30), 16 * PAGE, RW), 0);
	a[(32L << 30) + 5] = 7;
	EQUAL(a[(32L << 30) + 5], 7);
	/* Rights of what isn't there cost no time. */
	EQUAL(mprotect(a, 64L << 30, PROT_READ), 0);
	EQUAL(a[(32L << 30) + 5], 7);
	EQUAL(munmap(a, 64L << 30), 0);
	a = (char *)mmap(NULL, 16L << 40, RW, ANON | MAP_NORESERVE, -1, 0);
	CHECK((long)a > 0);
	EQUAL(mprotect(a, 16L << 40, PROT_READ), 0);
	EQUAL(munmap(a, 16L << 40), 0);
}

static void test_file(void)
{
	int fd = open("tests/files/pages", O_RDONLY); /* 2 pages and 5 bytes, byte n is n / 16 */
	unsigned char *a;

	EQUAL(lseek(fd, 7, SEEK_SET), 7);
	a = (unsigned char *)mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK((long)a > 0);
	EQUAL(a[0], '0');
	EQUAL(a[PAGE], '1');
	EQUAL(a[2 * PAGE + 4], '2');
	EQUAL(a[2 * PAGE + 5], 0);
	EQUAL(a[3 * PAGE - 1], 0);
	EQUAL(lseek(fd, 0, SEEK_CUR), 7);
	EQUAL(munmap(a, 4 * PAGE), 0);
	/* From an offset, and writable: the file doesn't change. */
	a = (unsigned char *)mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, PAGE);
	EQUAL(a[0], '1');
	a[0] = 'x';
	EQUAL(munmap(a, PAGE), 0);
	a = (unsigned char *)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	EQUAL(a[0], '1');
	EQUAL(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0), -EACCES);
	EQUAL(mprotect(a, PAGE, RW), -EACCES);
	EQUAL(mprotect(a, PAGE, PROT_NONE), 0);
	EQUAL(mprotect(a, PAGE, PROT_READ), 0);
	EQUAL(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0x7ffffffffffff000), -EOVERFLOW);
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0x4000000000000000) > 0);
	EQUAL(mmap(NULL, PAGE, PROT_READ, 0, fd, 0), -EINVAL);
	EQUAL(close(fd), 0);
	EQUAL(a[1], '1');
}

static void test_brk(void)
{
	char *start = brk(NULL);

	EQUAL(brk(start + 0xd40), start + 0xd40);
	for (int i = 0; i < 0xd40; i++)
		EQUAL(start[i], 0);
	start[0] = 'a';
	EQUAL(brk(start + 100 * PAGE + 1), start + 100 * PAGE + 1);
	start[100 * PAGE] = 'b';
	EQUAL(start[0], 'a');
	/* What is given back and taken again is zero. */
	EQUAL(brk(start + PAGE), start + PAGE);
	EQUAL(brk(start + 101 * PAGE), start + 101 * PAGE);
	EQUAL(start[100 * PAGE], 0);
	EQUAL(start[0], 'a');
	/* Refused: below the start, far too far, into another area. */
	EQUAL(brk(start - 1), start + 101 * PAGE);
	EQUAL(brk((void *)0x7ffffffff000), start + 101 * PAGE);
	EQUAL(brk((void *)-1), start + 101 * PAGE);
	EQUAL(mmap(start + 102 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0), start + 102 * PAGE);
	EQUAL(brk(start + 102 * PAGE), start + 102 * PAGE);
	EQUAL(brk(start + 103 * PAGE), start + 102 * PAGE);
	EQUAL(brk(start), start);
}

int main(void)
{
	test_anonymous();
	test_zeros();
	test_errors();
	test_protect();
	test_reservation();
	test_file();
	test_brk();
	return pass();
}
