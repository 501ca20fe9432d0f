/* SPDX-License-Identifier: MIT */
/*
 * open, read, write, close and lseek: what they return, and each error. Wants
 * in its working directory what e2e.sh puts in tests/files.
 */
#include "check.h"

static char text[8192];
static char long_path[5000];

static void test_open(void)
{
	char byte;

	EQUAL(open("tests/files/none", O_RDONLY), -ENOENT);
	EQUAL(open("", O_RDONLY), -ENOENT);
	EQUAL(open("tests/files/ten/x", O_RDONLY), -ENOTDIR);
	EQUAL(open("tests/files", O_WRONLY), -EISDIR);
	EQUAL(open("tests/files", O_RDONLY | O_DIRECTORY), 3);
	EQUAL(read(3, &byte, 1), -EISDIR);
	EQUAL(close(3), 0);
	EQUAL(open("tests/files/ten", O_DIRECTORY), -ENOTDIR);
	EQUAL(open("tests/files/fifo", O_RDONLY), -EACCES);
	EQUAL(open("tests/files/loop", O_RDONLY), -ELOOP);
	EQUAL(open("/proc/self/mem", O_RDONLY), -ENOENT);
	EQUAL(open("//proc/../proc/./kallsyms", O_RDONLY), -ENOENT);
	EQUAL(open("/sys/kernel", O_RDONLY), -ENOENT);
	EQUAL(open("/dev/kvm", O_RDONLY), -ENOENT);
	EQUAL(open("tests/files/ten", O_WRONLY), -EROFS);
	EQUAL(open("tests/files/ten", O_RDWR), -EROFS);
	EQUAL(open("tests/files/new", O_CREAT), -EROFS);
	EQUAL(open("tests/files/ten", O_TRUNC), -EROFS);
	EQUAL(open((const char *)8, O_RDONLY), -EFAULT);
	EQUAL(open(NULL, O_RDONLY), -EFAULT);
	/* 4095 bytes are a path that isn't there, 4096 are too many. */
	for (unsigned i = 0; i < 4096; i++)
		long_path[i] = i % 2 ? '.' : '/';
	long_path[4095] = '\0';
	EQUAL(open(long_path, O_RDONLY), 3);
	EQUAL(close(3), 0);
	long_path[4095] = '.';
	EQUAL(open(long_path, O_RDONLY), -ENAMETOOLONG);
	for (unsigned i = 0; i < 300; i++)
		long_path[i] = 'n';
	long_path[300] = '\0';
	EQUAL(open(long_path, O_RDONLY), -ENAMETOOLONG);
}

static void test_fds(void)
{
	/* The lowest free one, each time. */
	EQUAL(open("tests/files/ten", O_RDONLY), 3);
	EQUAL(open("tests/files/ten", O_RDONLY | O_CLOEXEC | O_NOCTTY), 4);
	EQUAL(close(3), 0);
	EQUAL(close(3), -EBADF);
	EQUAL(open("tests/files/ten", O_RDONLY), 3);
	for (int fd = 5; fd < 256; fd++)
		EQUAL(open("tests/files/ten", O_RDONLY), fd);
	EQUAL(open("tests/files/ten", O_RDONLY), -EMFILE);
	EQUAL(syscall3(__NR_dup, 3, 0, 0), -EMFILE);
	/* To look at a file takes none. */
	EQUAL(syscall3(__NR_access, (long)"tests/files/ten", 4, 0), 0);
	for (int fd = 3; fd < 256; fd++)
		EQUAL(close(fd), 0);
	EQUAL(close(-1), -EBADF);
	EQUAL(close(256), -EBADF);
	EQUAL(close(0x7fffffff), -EBADF);
}

static void test_read(void)
{
	int fd = open("tests/files/ten", O_RDONLY);

	EQUAL(read(fd, text, 4), 4);
	EQUAL(read(fd, text + 4, 100), 6);
	CHECK(same_text(text, "012345678\n"));
	EQUAL(read(fd, text, 100), 0);
	EQUAL(read(fd, text, 0), 0);
	EQUAL(write(fd, text, 1), -EBADF);
	EQUAL(read(77, text, 1), -EBADF);
	EQUAL(read(-1, text, 1), -EBADF);
	EQUAL(write(77, text, 1), -EBADF);
	EQUAL(close(fd), 0);
	EQUAL(read(fd, text, 1), -EBADF);
	fd = open("tests/files/empty", O_RDONLY);
	EQUAL(read(fd, text, 100), 0);
	EQUAL(close(fd), 0);
}

static void test_lseek(void)
{
	int fd = open("tests/files/ten", O_RDONLY);

	EQUAL(lseek(fd, 0, SEEK_END), 10);
	EQUAL(lseek(fd, -3, SEEK_CUR), 7);
	EQUAL(read(fd, text, 1), 1);
	EQUAL(text[0], '7');
	EQUAL(lseek(fd, 5, SEEK_SET), 5);
	EQUAL(lseek(fd, -6, SEEK_CUR), -EINVAL);
	EQUAL(lseek(fd, 0, SEEK_CUR), 5);
	EQUAL(lseek(fd, -1, SEEK_SET), -EINVAL);
	EQUAL(lseek(fd, 0, 7), -EINVAL);
	EQUAL(lseek(fd, 0x300000000, SEEK_SET), 0x300000000);
	EQUAL(read(fd, text, 1), 0);
	EQUAL(lseek(99, 0, SEEK_SET), -EBADF);
	EQUAL(close(fd), 0);
	EQUAL(lseek(fd, 0, SEEK_SET), -EBADF);
}

static void test_devices(void)
{
	int fd = open("/dev/null", O_RDONLY);

	CHECK(fd >= 0);
	EQUAL(read(fd, text, 10), 0);
	EQUAL(close(fd), 0);
	fd = open("/dev/zero", O_RDONLY);
	text[99] = 1;
	EQUAL(read(fd, text, 100), 100);
	EQUAL(text[99], 0);
	EQUAL(close(fd), 0);
	fd = open("/dev/urandom", O_RDONLY);
	EQUAL(read(fd, text, 100), 100);
	EQUAL(close(fd), 0);
}

int main(void)
{
	test_open();
	test_fds();
	test_read();
	test_lseek();
	test_devices();
	return pass();
}
