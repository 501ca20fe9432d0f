/* SPDX-License-Identifier: MIT */
/*
 * Sends until the buffers of its sockets take all memory: a send fails, and the program goes on.
 * What it sends are pages of its file, which could give way to the buffers, and to its code.
 */
#include "../../kernel/fs/socket_abi.h"
#include "check.h"

#define PAIRS 120

static int pairs[PAIRS][2];
static const char data[64 * 4096] = {1};

/* Returns what the first send fails with, but for -EAGAIN. */
static long fill(void)
{
	for (int i = 0; i < PAIRS; i++) {
		EQUAL(syscall6(__NR_socketpair, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
			       (long)pairs[i], 0, 0),
		      0);
		for (int end = 0; end < 2; end++) {
			long n, at = 0;

			do {
				n = write(pairs[i][end], data + at, 30000);
				at = (at + 30000) % (sizeof(data) - 30000);
			} while (n > 0);
			if (n != -EAGAIN)
				return n;
		}
	}
	return 0;
}

int main(void)
{
	long sum = 0;

	EQUAL(fill(), -ENOMEM);
	for (unsigned i = 0; i < sizeof(data); i += 4096)
		sum += ((volatile const char *)data)[i];
	EQUAL(sum, 1);
	for (int i = 0; i < PAIRS && pairs[i][0]; i++)
		for (int end = 0; end < 2; end++)
			EQUAL(syscall3(__NR_close, pairs[i][end], 0, 0), 0);
	return pass();
}
