/* SPDX-License-Identifier: MIT */
/*
 * System calls in a loop: the time of each.
 *
 *   calls NAME FILE     getppid; clock: clock_gettime, by the vDSO; write: a byte to stdout;
 *                       pread: 4 KiB of FILE, which is cached
 *
 *   calls count N       N one-byte writes and no more, for hypervisor/bench/count.c
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

static char buffer[4096];
static int fd;

static void call_getppid(void)
{
	getppid();
}

static void call_clock(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) < 0)
		err(1, "clock_gettime");
}

static void call_write(void)
{
	if (write(1, buffer, 1) != 1)
		err(1, "write");
}

static void call_pread(void)
{
	if (pread(fd, buffer, sizeof(buffer), 0) != sizeof(buffer))
		err(1, "pread");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(1, "usage: calls NAME FILE | calls count N");
	if (strcmp(argv[1], "count") == 0) {
		for (long n = atol(argv[2]); n > 0; n--)
			call_write();
		return 0;
	}
	fd = open(argv[2], O_RDONLY);
	if (fd < 0)
		err(1, "%s", argv[2]);
	if (strcmp(argv[1], "getppid") == 0)
		tell_operation("getppid", call_getppid);
	else if (strcmp(argv[1], "clock") == 0)
		tell_operation("clock", call_clock);
	else if (strcmp(argv[1], "write") == 0)
		tell_operation("write", call_write);
	else
		tell_operation("pread", call_pread);
	return 0;
}
