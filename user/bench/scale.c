/* SPDX-License-Identifier: MIT */
/*
 * How a call's time depends on how much there is of something.
 *
 *   scale areas N...    mmap and munmap of a page, beside N other areas: tells its time
 *   scale fds N...      open and close of /dev/null, with N files open
 *
 * The numbers must rise.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

static void *map(int prot)
{
	void *p = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

static void map_and_unmap(void)
{
	munmap(map(PROT_READ | PROT_WRITE), 4096);
}

static void open_and_close(void)
{
	close(open("/dev/null", O_RDONLY));
}

/* One more: areas of different rights don't become one. */
static void add(const char *kind, long i)
{
	if (*kind == 'a')
		map(i % 2 ? PROT_READ : PROT_NONE);
	else if (open("/dev/null", O_RDONLY) < 0)
		err(1, "open");
}

int main(int argc, char **argv)
{
	long there = 0;

	if (argc < 3)
		errx(1, "usage: scale areas|fds N...");
	for (int i = 2; i < argc; i++) {
		for (long n = atol(argv[i]); there < n; there++)
			add(argv[1], there);
		tell_operation(argv[i], *argv[1] == 'a' ? map_and_unmap : open_and_close);
	}
	return 0;
}
