/* SPDX-License-Identifier: MIT */
/*
 * Writes more to stdout than a pipe takes, which is read once "went on" stands on stderr.
 *
 *   beside write     a child does, while this process goes on
 *   beside writev    likewise, in pieces
 *   beside nonblock  this process, which doesn't wait
 */
#include <linux/fcntl.h>
#include <linux/uio.h>

#include "check.h"

#define SIGCHLD 17
#define BYTES	300000 /* the pipe has 64 KiB */
#define ROUNDS	10000

static char bytes[BYTES];

static long write_pieces(void)
{
	const struct iovec pieces[] = {
		{bytes, 10},
		{bytes + 10, 0},
		{bytes + 10, BYTES / 2},
		{bytes + BYTES / 2, BYTES / 2 - 10},
	};

	return syscall3(__NR_writev, 1, (long)pieces, 4);
}

/* The child waits for the pipe; this process has its turns. */
static void go_on_beside(int in_pieces)
{
	long pid = syscall6(__NR_clone, SIGCHLD, 0, 0, 0, 0, 0);
	int status;

	if (pid == 0)
		exit_group((in_pieces ? write_pieces() : write(1, bytes, BYTES)) != BYTES);
	for (int i = 0; i < ROUNDS; i++)
		syscall3(__NR_sched_yield, 0, 0, 0);
	print(2, "went on\n");
	EQUAL(syscall6(__NR_wait4, pid, (long)&status, 0, 0, 0, 0), pid);
	EQUAL(status, 0);
}

static void fill(void)
{
	long written = 0, n;

	EQUAL(syscall3(__NR_fcntl, 1, F_SETFL, O_WRONLY | O_NONBLOCK), 0);
	while (written < BYTES && (n = write(1, bytes, BYTES - written)) > 0)
		written += n;
	EQUAL(n, -EAGAIN);
	EQUAL(write_pieces(), -EAGAIN);
	CHECK(written > 0 && written < BYTES);
	EQUAL(syscall3(__NR_fcntl, 1, F_SETFL, O_WRONLY), 0);
	print(2, "went on\n");
	EQUAL(write(1, bytes, BYTES - written), BYTES - written);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 1;
	if (same_text(argv[1], "nonblock"))
		fill();
	else
		go_on_beside(same_text(argv[1], "writev"));
	return 0;
}
