/* SPDX-License-Identifier: MIT */
/* Which of fds 0, 1 and 2 are open? Tells by its exit status, a bit each. */
#include "check.h"

int main(void)
{
	static char byte;
	int status = 0;

	status |= read(0, &byte, 0) == 0 ? 1 : 0;
	status |= write(1, &byte, 0) == 0 ? 2 : 0;
	status |= write(2, &byte, 0) == 0 ? 4 : 0;
	/* What is opened now gets the lowest of those that are not. */
	for (int fd = 0, next = open("/dev/null", O_RDONLY); fd < 3; fd++)
		if (!(status >> fd & 1)) {
			if (next != fd)
				return 100 + next;
			next = open("/dev/null", O_RDONLY);
		}
	return status;
}
