/* SPDX-License-Identifier: MIT */
/* Closes all its fds, then fails: the messages about its end must not be lost. */
#include "check.h"

int main(void)
{
	for (int fd = 0; fd < 3; fd++)
		EQUAL(close(fd), 0);
	for (int fd = 0; fd < 3; fd++)
		EQUAL(close(fd), -EBADF);
	EQUAL(write(2, "x", 1), -EBADF);
	*(volatile char *)64 = 1;
	return 0;
}
