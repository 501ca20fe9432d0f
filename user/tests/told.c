/* SPDX-License-Identifier: MIT */
/*
 * What every host tells of files, that of the original protocol, too: types and a regular file's
 * size. With an argument: the size of what grows after it was opened, told at both ends of a pipe.
 */
#include <linux/stat.h>

#include <asm/stat.h>

#include "check.h"

static struct stat st;
static char directory[4096];

static long stat_of(const char *name)
{
	return syscall3(__NR_stat, (long)name, (long)&st, 0);
}

static void test_types(void)
{
	char text[16];
	int fd = open("tests/files/ten", O_RDONLY);

	EQUAL(stat_of("tests/files/ten"), 0);
	EQUAL(st.st_mode & S_IFMT, S_IFREG);
	EQUAL(st.st_size, 10);
	EQUAL(syscall3(__NR_fstat, fd, (long)&st, 0), 0);
	EQUAL(st.st_mode & S_IFMT, S_IFREG);
	EQUAL(st.st_size, 10);
	EQUAL(read(fd, text, sizeof(text)), 10);
	EQUAL(close(fd), 0);
	EQUAL(stat_of("tests/files"), 0);
	EQUAL(st.st_mode & S_IFMT, S_IFDIR);
	EQUAL(stat_of("tests/files/none"), -ENOENT);
	EQUAL(stat_of("tests/files/ten/x"), -ENOTDIR);
	EQUAL(open("tests/files/ten", O_DIRECTORY), -ENOTDIR);
	fd = open("tests/files", O_RDONLY | O_DIRECTORY);
	CHECK(fd >= 0);
	EQUAL(read(fd, text, sizeof(text)), -EISDIR);
	EQUAL(syscall3(__NR_readlink, (long)"tests/files/ten", (long)text, sizeof(text)), -EINVAL);
	EQUAL(syscall3(__NR_access, (long)"tests/files/ten", 4, 0), 0);
	EQUAL(stat_of("/dev/null"), 0);
	EQUAL(st.st_rdev, 0x103);
	/* Below an open directory, where the working directory is known. */
	if (syscall3(__NR_getcwd, (long)directory, sizeof(directory), 0) < 0)
		return;
	EQUAL(syscall6(__NR_openat, fd, (long)"ten", O_RDONLY, 0, 0, 0), fd + 1);
	EQUAL(syscall3(__NR_fchdir, fd, 0, 0), 0);
	EQUAL(stat_of("ten"), 0);
	EQUAL(st.st_size, 10);
}

int main(int argc, char **argv)
{
	char byte;
	int fd;

	if (argc < 2) {
		test_types();
		return pass();
	}
	fd = open(argv[1], O_RDONLY);
	CHECK(fd >= 0);
	EQUAL(write(1, "\n", 1), 1);
	EQUAL(read(0, &byte, 1), 1);
	EQUAL(syscall3(__NR_fstat, fd, (long)&st, 0), 0);
	EQUAL(st.st_size, 11);
	return pass();
}
