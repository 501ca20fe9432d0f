/* SPDX-License-Identifier: MIT */
/* The terminal, opened in the place of a stdin that was closed: a read waits until a line is there.
 */
#include "check.h"

int main(void)
{
	static char line[16];

	EQUAL(close(0), 0);
	EQUAL(open("/dev/tty", O_RDONLY), 0);
	EQUAL(read(0, line, sizeof(line)), 5);
	print(1, line);
	return pass();
}
