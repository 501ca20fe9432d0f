/* SPDX-License-Identifier: MIT */
/*
 * Files in memory, as the host's other processes and a small guest see them.
 *
 *   mapped large FILE     goes twice through a mapping of more than the guest's memory
 *   mapped closed PREFIX  maps PREFIX0 to PREFIX299, two pages of the last digit each, and closes
 *                         them; then opens all fds that there are
 *   mapped changed FILE   FILE has three pages of 'a'. Says "ready", and waits for a byte on
 *                         stdin: then it is four pages of 'b'
 *   mapped twice FILE     FILE is stdin, too: each has an offset of its own
 *   mapped cut FILE       maps FILE and waits likewise; then it is shorter: SIGBUS
 */
#include <linux/fcntl.h>
#include <linux/mman.h>

#include "check.h"

#define PAGE  4096L
#define RW    (PROT_READ | PROT_WRITE)
#define LARGE (12L << 20)
#define STEP  (1L << 18)
#define FILES 300

static char *map(int fd, long bytes, int prot)
{
	char *at = (char *)mmap(NULL, bytes, prot, MAP_PRIVATE | MAP_NORESERVE, fd, 0);

	CHECK((long)at > 0);
	return at;
}

static void test_large(const char *name)
{
	char *at = map(open(name, O_RDONLY), LARGE, RW);

	/* The file is a hole; what is written to it stays while the rest comes and goes. */
	for (long i = 0; i < LARGE / STEP; i++)
		at[i * STEP + 5] = i;
	for (int round = 0; round < 2; round++) {
		for (long page = 0; page < LARGE / PAGE; page++)
			EQUAL(at[page * PAGE], 0);
		for (long i = 0; i < LARGE / STEP; i++)
			EQUAL(at[i * STEP + 5], i);
	}
}

static void set_number(char *end, int number)
{
	end[0] = '0' + number / 100;
	end[1] = '0' + number / 10 % 10;
	end[2] = '0' + number % 10;
	end[3] = '\0';
}

static void test_closed(const char *prefix)
{
	static char name[4096];
	static char *at[FILES];
	char *end = name;
	int fd = 0;

	for (; *prefix; prefix++)
		*end++ = *prefix;
	for (int i = 0; i < FILES; i++) {
		set_number(end, i);
		fd = open(name, O_RDONLY);
		EQUAL(fd, 3);
		at[i] = map(fd, 3 * PAGE, i % 2 ? RW : PROT_READ);
		if (i % 3)
			EQUAL(at[i][0], '0' + i % 10);
		EQUAL(close(fd), 0);
	}
	for (int i = 3; i < 256; i++) {
		set_number(end, i);
		EQUAL(open(name, O_RDONLY), i);
	}
	for (int i = 0; i < FILES; i++) {
		if (i % 2)
			at[i][2 * PAGE - 2] = 'x';
		EQUAL(at[i][5], '0' + i % 10);
		EQUAL(at[i][2 * PAGE - 1], '0' + i % 10);
	}
}

static void wait_for_host(void)
{
	char byte;

	print(1, "ready\n");
	EQUAL(read(0, &byte, 1), 1);
}

/* A page is of one time. */
static void check_whole(const char *at, long bytes)
{
	for (long i = 0; i < bytes; i++)
		EQUAL(at[i], at[i - i % PAGE]);
}

static void test_changed(const char *name)
{
	static char buffer[8 * PAGE];
	int fd = open(name, O_RDONLY);
	char *at = map(fd, 4 * PAGE, PROT_READ);

	EQUAL(at[0], 'a');
	for (long i = 0; i < 3 * PAGE; i += 1024)
		EQUAL(read(fd, buffer + i, 1024), 1024);
	EQUAL(read(fd, buffer, 1024), 0);
	wait_for_host();
	/* What came behind the end is there at once, by reads of any size. */
	EQUAL(read(fd, buffer, 100), 100);
	EQUAL(buffer[0], 'b');
	EQUAL(syscall6(__NR_pread64, fd, (long)buffer, 8 * PAGE, 2 * PAGE, 0, 0), 2 * PAGE);
	EQUAL(buffer[2 * PAGE - 1], 'b');
	EQUAL(at[3 * PAGE], 'b');
	check_whole(at, 4 * PAGE);
	/* Opened again, it is the other file. */
	fd = open(name, O_RDONLY);
	at = map(fd, 4 * PAGE, PROT_READ);
	EQUAL(read(fd, buffer, 8 * PAGE), 4 * PAGE);
	for (long i = 0; i < 4 * PAGE; i++) {
		EQUAL(buffer[i], 'b');
		EQUAL(at[i], 'b');
	}
}

static void test_cut(const char *name)
{
	volatile char *at = map(open(name, O_RDONLY), 200 * PAGE, PROT_READ);

	wait_for_host();
	EQUAL(at[0], 'a');
	EQUAL(at[100 * PAGE], 0); /* isn't there */
}

/* The file that fd 0 is has an offset of its own beside one that is opened by its name. */
static void test_twice(const char *name)
{
	char byte;
	int fd;

	map(0, PAGE, PROT_READ);
	fd = open(name, O_RDONLY);
	map(fd, PAGE, PROT_READ);
	CHECK(lseek(fd, 0, SEEK_END) > 0);
	EQUAL(lseek(0, 0, SEEK_CUR), 0);
	EQUAL(read(0, &byte, 1), 1);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	if (same_text(argv[1], "large"))
		test_large(argv[2]);
	else if (same_text(argv[1], "closed"))
		test_closed(argv[2]);
	else if (same_text(argv[1], "twice"))
		test_twice(argv[2]);
	else if (same_text(argv[1], "changed"))
		test_changed(argv[2]);
	else
		test_cut(argv[2]);
	return pass();
}
