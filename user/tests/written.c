/* SPDX-License-Identifier: MIT */
/*
 * A file that the program reads, maps and writes to, through an fd that it starts with.
 *
 *   written at FILE      fd 0 is FILE, to be read and written: SIZE times 'a'
 *   written behind FILE  fd 0 is FILE, to be appended to: likewise
 *   written end FILE     FILE has SIZE bytes and grows by one for each byte that is asked for on
 *                        stdout, before the answer comes on stdin
 */
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/uio.h>

#include <asm/stat.h>

#include "check.h"

#define PAGE 4096L
#define SIZE 5000L

static char buffer[2 * SIZE];

static long pread(int fd, long bytes, long offset)
{
	return syscall6(__NR_pread64, fd, (long)buffer, bytes, offset, 0, 0);
}

static void put_at(long offset, const char *byte)
{
	EQUAL(syscall6(__NR_pwrite64, 0, (long)byte, 1, offset, 0, 0), 1);
}

static volatile char *map(int fd, int prot, int flags)
{
	long at = mmap(NULL, 4 * PAGE, prot, flags, fd, 0);

	CHECK(at > 0);
	return (volatile char *)at;
}

static void test_read_ahead(int fd)
{
	EQUAL(read(fd, buffer, 16), 16);
	EQUAL(read(fd, buffer, 16), 16);
	put_at(40, "b");
	EQUAL(read(fd, buffer, 16), 16);
	EQUAL(buffer[8], 'b');
}

static void test_mapped(int fd)
{
	volatile char *at = map(fd, PROT_READ, MAP_PRIVATE);
	volatile char *shared = map(fd, PROT_READ, MAP_SHARED);
	volatile char *own = map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	const struct iovec pieces[] = {{(void *)"d", 1}, {(void *)"ee", 2}};

	EQUAL(at[0], 'a');
	EQUAL(at[40], 'b');
	EQUAL(own[0], 'a');
	own[0] = 'x';
	put_at(41, "c");
	EQUAL(at[41], 'c');
	EQUAL(shared[41], 'c');
	EQUAL(own[41], 'a');
	EQUAL(syscall3(__NR_lseek, 0, 4095, SEEK_SET), 4095);
	EQUAL(syscall3(__NR_writev, 0, (long)pieces, 2), 3);
	EQUAL(at[4094], 'a');
	EQUAL(at[4095], 'd');
	EQUAL(at[4096], 'e');
	EQUAL(at[4097], 'e');
	EQUAL(own[4096], 'e');
	/* Behind its end: in the last page, and in one that follows. */
	put_at(SIZE, "f");
	EQUAL(at[SIZE], 'f');
	EQUAL(at[SIZE + 1], 0);
	put_at(3 * PAGE, "g");
	EQUAL(at[3 * PAGE], 'g');
	EQUAL(at[2 * PAGE], 0);
	/* No hole can be made in a file of the host's. */
	shared = map(0, PROT_READ | PROT_WRITE, MAP_SHARED);
	EQUAL(syscall3(__NR_madvise, (long)shared, PAGE, MADV_REMOVE), -EOPNOTSUPP);
	EQUAL(shared[40], 'b');
}

/* What nothing maps and nobody has open any more. */
static void test_opened_again(const char *name)
{
	int fd = open(name, O_RDONLY);
	volatile char *at = map(fd, PROT_READ, MAP_PRIVATE);

	EQUAL(at[7], 'a');
	EQUAL(syscall3(__NR_munmap, (long)at, 4 * PAGE, 0), 0);
	EQUAL(close(fd), 0);
	put_at(7, "h");
	fd = open(name, O_RDONLY);
	at = map(fd, PROT_READ, MAP_PRIVATE);
	EQUAL(at[7], 'h');
}

static void test_behind(const char *name)
{
	struct stat st;
	int fd = open(name, O_RDONLY);
	volatile char *at = map(fd, PROT_READ, MAP_PRIVATE);

	EQUAL(at[SIZE], 0);
	EQUAL(pread(fd, 16, SIZE), 0);
	EQUAL(write(0, "h", 1), 1);
	EQUAL(at[SIZE], 'h');
	EQUAL(pread(fd, 16, SIZE), 1);
	EQUAL(buffer[0], 'h');
	EQUAL(syscall3(__NR_fstat, fd, (long)&st, 0), 0);
	EQUAL(st.st_size, SIZE + 1);
}

static void grow(void)
{
	char byte;

	EQUAL(write(1, "\n", 1), 1);
	EQUAL(read(0, &byte, 1), 1);
}

/* A short read is no end for ever, whatever is then asked for, and how much of it. */
static void test_end(const char *name)
{
	static const long most[] = {100, sizeof(buffer)};
	long size = SIZE;

	for (int i = 0; i < 2; i++) {
		int fd = open(name, O_RDONLY);
		long n, bytes = 0;

		do {
			n = read(fd, buffer, most[i]);
			bytes += n;
		} while (n == most[i]);
		EQUAL(bytes, size);
		grow();
		EQUAL(read(fd, buffer, most[i]), 1);
		EQUAL(read(fd, buffer, most[i]), 0);
		EQUAL(read(fd, buffer, most[i]), 0);
		grow();
		EQUAL(pread(fd, most[i], size + 1), 1);
		EQUAL(pread(fd, most[i], size + 2), 0);
		grow();
		EQUAL(read(fd, buffer, most[i]), 2);
		EQUAL(buffer[1], 'x');
		size += 3;
	}
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	if (same_text(argv[1], "end")) {
		test_end(argv[2]);
	} else if (same_text(argv[1], "behind")) {
		test_behind(argv[2]);
	} else {
		int fd = open(argv[2], O_RDONLY);

		test_read_ahead(fd);
		test_mapped(fd);
		test_opened_again(argv[2]);
	}
	return pass();
}
