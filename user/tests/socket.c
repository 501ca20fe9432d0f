/* SPDX-License-Identifier: MIT */
/* stdin and stdout are a socket: it is read and written as read(2) and write(2) say, and has no
 * offset. */
#include "check.h"

int main(void)
{
	static char text[16];

	EQUAL(lseek(0, 0, SEEK_CUR), -ESPIPE);
	EQUAL(read(0, text, sizeof(text)), 5);
	EQUAL(write(1, text, 5), 5);
	EQUAL(read(0, text, sizeof(text)), 0);
	EQUAL(lseek(1, 0, SEEK_SET), -ESPIPE);
	return pass();
}
