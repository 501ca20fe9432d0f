/* SPDX-License-Identifier: MIT */
/* Names that lead to odd places: to the program's own fds, or nowhere at all. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conform.h"

#define TREE "tests/conform/tree"

#ifndef O_PATH
#define O_PATH 010000000
#endif

static char text[PATH_MAX + 2];

/* The name of an fd in /proc. Valid until the next call. */
static const char *name_of(int fd)
{
	static char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return name;
}

/* What the link of an fd shows. */
static const char *shown(int fd)
{
	ssize_t n = readlink(name_of(fd), text, PATH_MAX);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* What is there, be it a link, isn't made. */
static void exclusive(int argc, char **argv)
{
	const int flags = O_CREAT | O_EXCL | O_RDONLY;

	(void)argc, (void)argv;
	MUST(chdir(TREE) == 0);
	CALL(open("file", flags, 0600));
	CALL(open("empty", flags, 0600));
	CALL(open("link", flags, 0600));
	CALL(open("dangling", flags, 0600));
	CALL(open("none/x", flags, 0600));
	CALL(open("file/x", flags, 0600));
	CALL(open("/dev/null", flags, 0600));
	CALL(open("/dev/stdin", flags, 0600));
	CALL(open("/proc/self", flags, 0600));
	CALL(open("/proc/self/exe", flags, 0600));
	CALL(open("/proc/self/fd/0", flags, 0600));
	CALL(open("/proc/self/status", flags, 0600));
}

/* Of PATH_MAX - 1 bytes, and of one more. */
static void longest(int argc, char **argv)
{
	struct stat st;

	(void)argc, (void)argv;
	memset(text, '/', PATH_MAX - 1);
	memcpy(text + PATH_MAX - 5, "proc", 4);
	CALL(close(open(text, O_RDONLY)));
	CALL(close(open(text, O_PATH)));
	CALL(stat(text, &st));
	CALL(chdir(text));
	CALL(access("self/status", F_OK));
	memcpy(text + PATH_MAX - 9, "self/exe", 8);
	CALL(lstat(text + PATH_MAX - 9, &st));
	memcpy(text, "/proc", 5);
	CALL(stat(text, &st));
	memset(text, '/', PATH_MAX);
	memcpy(text + PATH_MAX - 4, "proc", 4);
	CALL(stat(text, &st));
	CALL(chdir(text));
}

/* An fd that is open by the name of another, and takes its number. */
static void own_fds(int argc, char **argv)
{
	struct stat st;
	int ends[2], fd;

	(void)argc, (void)argv;
	MUST(pipe(ends) == 0);
	fd = open(name_of(ends[0]), O_PATH);
	CALL(fstat(fd, &st));
	CALL(dup2(fd, ends[0]) == ends[0]);
	CALL(fstat(ends[0], &st));
	SHOW(S_ISFIFO(st.st_mode));
	CALL(stat(name_of(ends[0]), &st));
	SHOW(strncmp(shown(ends[0]), "pipe:[", 6));
	CALL(read(ends[0], text, 1));
	fd = open(name_of(ends[1]), O_PATH | O_NOFOLLOW);
	fd = open(name_of(fd), O_PATH);
	CALL(dup2(fd, ends[1]) == ends[1]);
	CALL(fstat(ends[1], &st));
	SHOW(S_ISLNK(st.st_mode));
	CALL(stat(name_of(ends[1]), &st));
	CALL(open(name_of(ends[1]), O_RDONLY));
	/* A slash behind it: a directory, or nothing. */
	fd = open(TREE, O_RDONLY);
	snprintf(text, sizeof(text), "/proc/self/fd/%d/", fd);
	CALL(lstat(text, &st));
	SHOW(S_ISDIR(st.st_mode));
	CALL(readlink(text, (char[9]){0}, 9));
	CALL(fstat(open(text, O_PATH | O_NOFOLLOW), &st));
	SHOW(S_ISDIR(st.st_mode));
	CALL(access(strcat(text, "file"), F_OK));
}

/* The program's own file, found by a link and "..". */
static void of_program(int argc, char **argv)
{
	struct stat st, other;
	char *real = realpath(argv[-1], NULL);
	int fd = open("/proc/self/exe", O_RDONLY);

	(void)argc;
	MUST(stat(real, &other) == 0);
	CALL(stat("/proc/self/exe", &st));
	SHOW(st.st_ino == other.st_ino);
	CALL(fstat(fd, &st));
	SHOW(st.st_ino == other.st_ino);
	SHOW(strcmp(shown(fd), real));
	fd = open("/proc/self/exe", O_PATH);
	CALL(fstat(fd, &st));
	SHOW(st.st_ino == other.st_ino);
	SHOW(strcmp(shown(fd), real));
	fd = open(name_of(fd), O_RDONLY);
	CALL(read(fd, text, 4));
	SHOW(strcmp(shown(fd), real));
}

static void in_proc(int argc, char **argv)
{
	(void)argc, (void)argv;
	CALL(open("/proc/none", O_CREAT | O_RDWR, 0600));
	CALL(open("/proc/self/none", O_CREAT | O_EXCL | O_RDWR, 0600));
	CALL(open("/proc/self/fd/99", O_CREAT | O_RDWR, 0600));
	CALL(mkdir("/proc/none", 0700));
	CALL(mkdir("/proc/self", 0700));
	CALL(mknod("/proc/none", S_IFREG, 0));
	CALL(symlink("x", "/proc/self/none"));
}

/* A task's name may hold what ends a line of /proc/self/status. */
static void of_task(int argc, char **argv)
{
	FILE *file;

	(void)argc, (void)argv;
	MUST(prctl(PR_SET_NAME, "a\nb\\\t(c)") == 0);
	file = fopen("/proc/self/status", "r");
	MUST(file && fgets(text, sizeof(text), file));
	fputs(text, stdout);
	fclose(file);
	file = fopen("/proc/self/comm", "r");
	while (fgets(text, sizeof(text), file))
		fputs(text, stdout);
	CALL(pwrite(open("/proc/self/comm", O_RDWR), "x", 1, 0));
}

/* Positions in a directory of numbers, past all of them. */
static void far_positions(int argc, char **argv)
{
	static const long long positions[] = {INT_MAX, INT_MAX + 1ll, 1ll << 32,
					      (1ll << 32) + 0x10000, LLONG_MAX};
	int fd = open("/proc/self/fd", O_RDONLY | O_DIRECTORY);

	(void)argc, (void)argv;
	for (unsigned i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
		CALL(lseek(fd, positions[i], SEEK_SET));
		CALL(syscall(SYS_getdents64, fd, text, sizeof(text)));
		CALL(lseek(fd, LLONG_MAX, SEEK_CUR));
		CALL(lseek(fd, 0, SEEK_CUR));
	}
}

/* Records of a directory, where less of the buffer is the program's than it says. */
static void half_buffer(int argc, char **argv)
{
	static const int sizes[] = {0, 8, 23, 24, 100, 500};
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)argc, (void)argv;
	MUST(page != MAP_FAILED && mprotect(page + 4096, 4096, PROT_NONE) == 0);
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int fd = open(TREE, O_RDONLY | O_DIRECTORY);
		int known = open(TREE, O_RDONLY | O_DIRECTORY);
		long want = syscall(SYS_getdents64, known, page, sizes[i]);
		long n = syscall(SYS_getdents64, fd, page + 4096 - sizes[i], 4096);

		printf("%d: %d\n", sizes[i], n == want || (n < 0 && want < 0 && errno == EFAULT));
		SHOW(lseek(fd, 0, SEEK_CUR) == lseek(known, 0, SEEK_CUR));
	}
}

const struct conform_case name_cases[] = {
	{"name-exclusive", exclusive},
	{"name-long", longest},
	{"name-own-fds", own_fds},
	{"name-of-program", of_program},
	{"name-in-proc", in_proc},
	{"name-of-task", of_task},
	{"dir-half-buffer", half_buffer},
	{"dir-far-positions", far_positions},
	{NULL, NULL},
};
