/* SPDX-License-Identifier: MIT */
/* Buffers of which a part, or nothing, is the program's to use. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "conform.h"

#define PAGE   4096
#define RW     (PROT_READ | PROT_WRITE)
#define ANON   (MAP_PRIVATE | MAP_ANONYMOUS)
#define PAGES  "tests/conform/pages" /* a page of 0s, a page of 1s, 22222 */
#define SIZE   (2 * PAGE + 5)
#define KERNEL ((char *)(uintptr_t)-PAGE)

static char room[5 * PAGE];

/* The end of two pages, behind which nothing is mapped. */
static char *end_of_memory(void)
{
	char *at = mmap(NULL, 3 * PAGE, RW, ANON, -1, 0);

	MUST(at != MAP_FAILED && munmap(at + 2 * PAGE, PAGE) == 0);
	return at + 2 * PAGE;
}

static void of_files(int argc, char **argv)
{
	char *end = end_of_memory();
	int fd = open(PAGES, O_RDONLY), zero = open("/dev/zero", O_RDWR);
	int null = open("/dev/null", O_RDWR), urandom = open("/dev/urandom", O_RDONLY);

	(void)argc, (void)argv;
	CALL(pread(fd, end - 5, 10, 0));
	CALL(pread(fd, end - 5000, SIZE, 0));
	printf("%.3s %c\n", end - 5000, end[-1]);
	CALL(pread(fd, end - 5, 10, SIZE - 2));
	CALL(pread(fd, end - 5, 10, SIZE));
	CALL(pread(fd, end, 10, SIZE));
	CALL(pread(fd, end, 10, SIZE + PAGE));
	CALL(pread(fd, end, 10, 0));
	CALL(pread(fd, end, 0, 0));
	CALL(read(fd, end - 5, 100));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(read(fd, end, 100));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(read(fd, KERNEL, 0));
	CALL(read(fd, (char *)8, 0));
	CALL(read(fd, end - 5, (size_t)1 << 62));
	CALL(read(fd, end - 5, -1));
	CALL(read(fd, end - 5, 0x7ffff000));
	CALL(write(fd, end, 1));
	CALL(read(open(".", O_RDONLY), end, 1));
	CALL(read(zero, end - 5000, 9000));
	CALL(read(zero, end, 1));
	CALL(write(zero, end, 5));
	CALL(read(null, end, 10));
	CALL(write(null, end, 10));
	CALL(write(null, KERNEL, 10));
	CALL(read(urandom, end - 500, 1000));
	CALL(read(urandom, end, 1000));
	CALL(getrandom(end - 5, 10, 0));
	CALL(getrandom(end, 10, 0));
	memcpy(end - 5, "1234\n", 5);
	fflush(stdout);
	CALL(write(1, end - 5, 10));
	char *file = mmap(NULL, 8 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	CALL(read(zero, file, 1));
	fflush(stdout);
	CALL(write(1, file + 2 * PAGE, 2 * PAGE));
	CALL(write(1, file + 3 * PAGE, 1));
	CALL(syscall(SYS_getcwd, end - 2, PATH_MAX));
	CALL(syscall(SYS_getcwd, end - 1000, PATH_MAX) > 0);
	CALL(readlink("/proc/self/exe", end, PATH_MAX));
	CALL(readlink("/proc/self/exe", end - 3, 3));
}

static void of_pipes(int argc, char **argv)
{
	char *end = end_of_memory();
	int ends[2];

	(void)argc, (void)argv;
	MUST(pipe2(ends, O_NONBLOCK) == 0);
	CALL(read(ends[0], end, 10));
	CALL(write(ends[1], end, 10));
	CALL(write(ends[1], end - 5, 10));
	CALL(write(ends[1], end - PAGE, 2 * PAGE));
	CALL(read(ends[0], room, sizeof(room)));
	CALL(write(ends[1], room, 10));
	CALL(read(ends[0], end - 5, 3));
	CALL(read(ends[0], end - 5, 10));
	CALL(read(ends[0], end, 10));
	CALL(read(ends[0], room, 10));
	CALL(read(ends[0], end, 10));
	MUST(fcntl(ends[1], F_SETFL, 0) == 0);
	CALL(write(ends[1], end - PAGE, 2 * PAGE));
	CALL(read(ends[0], room, sizeof(room)));
	CALL(close(ends[1]));
	CALL(read(ends[0], end, 10));
	CALL(read(ends[0], KERNEL, 10));
}

static void of_vectors(int argc, char **argv)
{
	char *end = end_of_memory();
	int fd = open(PAGES, O_RDONLY);
	struct iovec v[3] = {{room, 4}, {end - 2, 4}, {room + 100, 4}};

	(void)argc, (void)argv;
	CALL(readv(fd, v, 3));
	CALL(lseek(fd, 0, SEEK_CUR));
	v[1].iov_base = end;
	CALL(readv(fd, v, 3));
	v[0].iov_base = end;
	CALL(readv(fd, v, 3));
	v[0].iov_base = room;
	v[1].iov_base = KERNEL;
	CALL(readv(fd, v, 3));
	CALL(lseek(fd, 0, SEEK_CUR));
	memcpy(room, "abc\n", 4);
	memcpy(end - 2, "d\n", 2);
	v[1].iov_base = end - 2;
	fflush(stdout);
	CALL(writev(1, v, 3));
	v[1].iov_base = end;
	fflush(stdout);
	CALL(writev(1, v, 3));
	v[0].iov_base = end;
	CALL(writev(1, v, 3));
	CALL(readv(fd, (struct iovec *)(end - sizeof(v[0])), 2));
	/* Whether it is open for that comes first. */
	CALL(writev(fd, v, 0));
	CALL(writev(fd, (struct iovec *)(end - sizeof(v[0])), 2));
	CALL(pwritev(fd, v, 0, 0));
	CALL(readv(open("/dev/null", O_WRONLY), v, -1));
	struct pollfd *fds = (struct pollfd *)(end - sizeof(*fds));
	*fds = (struct pollfd){.fd = fd, .events = POLLIN};
	CALL(poll(fds, 1, 0));
	CALL(poll(fds, 2, 0));
	MUST(mprotect(end - PAGE, PAGE, PROT_READ) == 0);
	CALL(poll(fds, 1, 0));
}

/* To the stack pointer, with less of the stack above it than the buffer claims. */
static void below_stack(int argc, char **argv)
{
	int fd = open("tests/conform/ten", O_RDONLY);
	char *top = argv[0];

	(void)argc;
	while (*top)
		top++;
	top = (char *)(((uintptr_t)top + PAGE) & -PAGE); /* at most the stack's end */
	CALL(read(fd, top - 64, 1 << 20));
}

const struct conform_case buffer_cases[] = {
	{"buffers", of_files},
	{"buffers-pipe", of_pipes},
	{"buffers-vector", of_vectors},
	{"buffers-below-stack", below_stack},
	{NULL, NULL},
};
