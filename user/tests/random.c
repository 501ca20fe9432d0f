/* SPDX-License-Identifier: MIT */
/* Random numbers come by getrandom and from both devices, again and again. */
#include <linux/fcntl.h>

#include "check.h"

int main(void)
{
	static const char *const devices[] = {"/dev/urandom", "/dev/random"};
	unsigned long numbers[9] = {0};
	unsigned n = 0;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 2; i++) {
			long fd = syscall3(__NR_open, (long)devices[i], O_RDONLY, 0);

			CHECK(fd > 2);
			EQUAL(syscall3(__NR_read, fd, (long)&numbers[n++], 8), 8);
			EQUAL(syscall3(__NR_close, fd, 0, 0), 0);
		}
		EQUAL(syscall3(__NR_getrandom, (long)&numbers[n++], 8, 0), 8);
	}
	for (unsigned i = 0; i < n; i++)
		for (unsigned j = 0; j < i; j++)
			CHECK(numbers[i] != numbers[j]);
	return pass();
}
