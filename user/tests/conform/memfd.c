/* SPDX-License-Identifier: MIT */
/* Memory files: what seals allow, pages behind the end, and holes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"
#include "tmpfs.h"

#define PAGE 4096

/* fcntl(2), fallocate(2) and lseek(2) */
#define ADD_SEALS  1033
#define SEAL_WRITE 8
#define SEALABLE   2
#define KEEP_SIZE  1
#define PUNCH_HOLE 2
#define DATA	   3
#define HOLE	   4

static char buffer[100];

static int new_file(off_t size)
{
	int fd = syscall(SYS_memfd_create, "name", SEALABLE);

	MUST(fd >= 0 && ftruncate(fd, size) == 0);
	return fd;
}

static char *map(int fd, int prot, int flags)
{
	char *at = mmap(NULL, 4 * PAGE, prot, flags, fd, 0);

	MUST(at != MAP_FAILED);
	return at;
}

/* Only a mapping that may write to the file keeps it from being sealed. */
static void sealed(int argc, char **argv)
{
	int fd = new_file(PAGE), reader, status;
	char *private = map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	char *shared = map(fd, PROT_READ, MAP_SHARED);

	(void)argc, (void)argv;
	private[0] = 'p';
	CALL(fcntl(fd, ADD_SEALS, SEAL_WRITE)); /* mprotect(2) could make it writable */
	munmap(shared, 4 * PAGE);
	sprintf(buffer, "/proc/self/fd/%d", fd);
	MUST((reader = open(buffer, O_RDONLY)) >= 0);
	map(reader, PROT_READ, MAP_SHARED);
	CALL(fcntl(reader, ADD_SEALS, SEAL_WRITE));
	if (!child()) {
		map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
		CALL(fcntl(fd, ADD_SEALS, SEAL_WRITE));
		leave(0);
	}
	wait(&status);
	CALL(fcntl(fd, ADD_SEALS, SEAL_WRITE));
	CALL(pwrite(fd, "x", 1, 0));
	private[1] = 'q';
	CALL(pread(fd, buffer, 2, 0));
	SHOW(buffer[0]);
}

static sigjmp_buf back;

static void caught(int sig)
{
	siglongjmp(back, sig);
}

/* The signal that a write to the byte ends in, or 0. */
static int touch(volatile char *at)
{
	int sig = sigsetjmp(back, 1);

	signal(SIGBUS, caught);
	if (!sig)
		*at = 1;
	return sig;
}

/* Pages that fallocate(2) has made behind the end can't be seen. */
static void kept_pages(int argc, char **argv)
{
	int fd = new_file(100);
	char *shared = map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
	char *private = map(fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	struct stat st;

	(void)argc, (void)argv;
	CALL(fallocate(fd, KEEP_SIZE, 0, 4 * PAGE));
	CALL(fstat(fd, &st));
	SHOW(st.st_size);
	SHOW(st.st_blocks);
	SHOW(touch(shared));
	SHOW(touch(shared + PAGE));
	SHOW(touch(private));
	SHOW(touch(private + 2 * PAGE));
	CALL(read(fd, shared + 3 * PAGE, 10));
	CALL(ftruncate(fd, 2 * PAGE));
	SHOW(touch(shared + PAGE));
	SHOW(touch(shared + 2 * PAGE));
}

static void holes(int argc, char **argv)
{
	const off_t end = (off_t)1 << 62;
	int fd = new_file(end);

	(void)argc, (void)argv;
	CALL(lseek(fd, 0, DATA));
	CALL(lseek(fd, 7, HOLE));
	CALL(pwrite(fd, "x", 1, 0));
	CALL(lseek(fd, PAGE, DATA)); /* as far as that is, there is none */
	CALL(pwrite(fd, "x", 1, end / 2));
	CALL(pwrite(fd, "x", 1, end - 1));
	CALL(pwrite(fd, "x", 1, 100 * PAGE));
	CALL(lseek(fd, 7, DATA));
	CALL(lseek(fd, 7, HOLE));
	CALL(lseek(fd, PAGE, DATA));
	CALL(lseek(fd, 100 * PAGE + 1, DATA));
	CALL(lseek(fd, 101 * PAGE, DATA) == end / 2);
	CALL(lseek(fd, end / 2 + PAGE, DATA) == end - PAGE);
	CALL(lseek(fd, end - 1, HOLE) == end);
	CALL(pwrite(fd, "x", 1, LLONG_MAX));
	CALL(pwrite(fd, "xy", 2, LLONG_MAX - 1));
	CALL(pread(fd, buffer, 2, LLONG_MAX - 1));
}

/* A program is executed, and written to. */
static void busy(int argc, char **argv)
{
	char *arguments[] = {"copy", "start", NULL};
	char block[4096];
	int from, to, asks[2], status;
	pid_t pid;
	ssize_t n;

	(void)argc, (void)argv;
	own_directory();
	MUST((from = open("/proc/self/exe", O_RDONLY)) >= 0 && pipe(asks) == 0);
	MUST((to = open("copy", O_CREAT | O_RDWR | O_CLOEXEC, 0755)) >= 0);
	while ((n = read(from, block, sizeof(block))) > 0)
		MUST(write(to, block, n) == n);
	CALL(execv("copy", arguments));
	close(to);
	if (!(pid = child())) {
		dup2(asks[0], 0);
		close(asks[0]);
		close(asks[1]);
		execv("copy", (char *[]){"copy", "tmp-busy-waits", NULL});
		leave(99);
	}
	close(asks[0]);
	sprintf(block, "/proc/%d/exe", (int)pid);
	do
		n = readlink(block, buffer, sizeof(buffer));
	while (n < 5 || memcmp(buffer + n - 5, "/copy", 5) != 0);
	CALL(open("copy", O_WRONLY));
	CALL(open("copy", O_RDWR));
	CALL(open("copy", O_RDONLY | O_TRUNC));
	CALL(truncate("copy", 0));
	CALL(close(open("copy", O_RDONLY)));
	CALL(rename("copy", "other"));
	CALL(open("other", O_RDWR));
	close(asks[1]);
	wait(&status);
	SHOW(WEXITSTATUS(status));
	CALL(close(open("other", O_RDWR | O_TRUNC)));
	put_file("script", "#!/bin/sh\n");
	CALL(chmod("script", 0755));
	MUST((to = open("script", O_WRONLY)) >= 0);
	CALL(execv("script", arguments));
}

/* A memory file can be executed though it is open to be written to: it was made so. */
static void run(int argc, char **argv)
{
	char *arguments[] = {"x", "exit", "5", NULL}, *environment[] = {NULL};
	int from = open("/proc/self/exe", O_RDONLY), to = new_file(0), again, status;
	char block[4096];
	ssize_t n;

	(void)argc, (void)argv;
	while ((n = read(from, block, sizeof(block))) > 0)
		MUST(write(to, block, n) == n);
	sprintf(block, "/proc/self/fd/%d", to);
	if (!child()) {
		fexecve(to, arguments, environment);
		leave(99);
	}
	wait(&status);
	SHOW(WEXITSTATUS(status));
	MUST((again = open(block, O_RDWR)) >= 0);
	CALL(fexecve(to, arguments, environment));
}

/* What the child of tmp-busy is. */
static void busy_waits(int argc, char **argv)
{
	(void)argc, (void)argv;
	(void)read(0, buffer, 1);
}

/* Of a buffer of which half is behind the end of a file that is mapped, the other is written. */
static void half_a_buffer(int argc, char **argv)
{
	int from = new_file(PAGE), to = new_file(0);
	char *at = map(from, PROT_READ | PROT_WRITE, MAP_SHARED);
	struct stat st;

	(void)argc, (void)argv;
	memset(at, 'x', PAGE);
	CALL(write(to, at + PAGE - 40, 100));
	CALL(pwrite(to, at + PAGE, 1, PAGE));
	MUST(ftruncate(to, 0) == 0 && ftruncate(to, 10) == 0);
	CALL(pwrite(to, at + PAGE - 40, 100, 20));
	MUST(ftruncate(to, sizeof(buffer)) == 0 && fstat(to, &st) == 0);
	SHOW(st.st_size);
	CALL(pread(to, buffer, sizeof(buffer), 0));
	for (int i = 0; i < (int)sizeof(buffer); i++)
		if (i == 0 || buffer[i] != buffer[i - 1])
			printf("%d: %d\n", i, buffer[i]);
}

const struct conform_case memfd_cases[] = {
	{"tmp-sealed", sealed},
	{"tmp-kept-pages", kept_pages},
	{"tmp-holes", holes},
	{"tmp-busy", busy},
	{"tmp-run", run},
	{"tmp-busy-waits", busy_waits},
	{"tmp-half-a-buffer", half_a_buffer},
	{NULL, NULL},
};
