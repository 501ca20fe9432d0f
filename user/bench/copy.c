/* SPDX-License-Identifier: MIT */
/*
 * Copies a file to stdout, as cat does.
 *
 *   copy FILE KIB MIB     through a buffer of KIB KiB, the first MIB MiB: tells the MiB in a
 * second, and the time of a buffer
 *   copy FILE KIB MIB -   likewise, but only reads it
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"

int main(int argc, char **argv)
{
	size_t size = argc > 2 ? strtoul(argv[2], NULL, 10) << 10 : 0;
	size_t left = argc > 3 ? strtoul(argv[3], NULL, 10) << 20 : 0;
	double mib = left >> 20;
	bool writes = argc < 5;
	char *buffer = malloc(size);
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	uint64_t start, elapsed;

	if (fd < 0 || !left || !buffer)
		errx(1, "usage: copy FILE KIB MIB");
	start = now();
	while (left) {
		ssize_t n = read(fd, buffer, size < left ? size : left);

		if (n <= 0 || (writes && write(1, buffer, n) != n))
			errx(1, "the file is too short, or stdout full");
		left -= n;
	}
	elapsed = now() - start;
	tell_rate("copy", mib / elapsed);
	tell("buffer", elapsed / (mib * (1 << 20) / size));
	return 0;
}
