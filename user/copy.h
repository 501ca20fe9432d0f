/* SPDX-License-Identifier: MIT */
/* What orw and cat have in common. */
#ifndef COPY_H
#define COPY_H

#include "syscall.h"

/* Tells what went wrong with a file. Returns an exit status of failure. */
static inline int complain(const char *program, const char *path, const char *problem)
{
	print(2, program);
	print(2, ": ");
	print(2, path);
	print(2, problem);
	return 1;
}

/* Copies an open file to stdout, to its end. Returns an exit status. */
static inline int copy_to_stdout(const char *program, int fd, const char *path)
{
	static char buffer[64 * 1024];
	long n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		if (write_all(1, buffer, n) < 0)
			return complain(program, "stdout", ": can't write\n");
	return n < 0 ? complain(program, path, ": can't read\n") : 0;
}

#endif
