/* SPDX-License-Identifier: MIT */
/* Offsets over 2 GiB: in a sparse file of 3 GiB, whose last bytes are "END". */
#include "check.h"

static char text[4096];

int main(void)
{
	int fd = open("tests/files/big", O_RDONLY);
	long size = 3L << 30;

	CHECK(fd >= 0);
	EQUAL(lseek(fd, 0, SEEK_END), size);
	EQUAL(lseek(fd, -3, SEEK_CUR), size - 3);
	EQUAL(read(fd, text, sizeof(text)), 3);
	CHECK(same_text(text, "END"));
	EQUAL(read(fd, text, sizeof(text)), 0);
	EQUAL(lseek(fd, (2L << 30) - 1, SEEK_SET), (2L << 30) - 1);
	EQUAL(read(fd, text, 2), 2);
	EQUAL(lseek(fd, 0, SEEK_CUR), (2L << 30) + 1);
	EQUAL(lseek(fd, 5L << 30, SEEK_SET), 5L << 30);
	EQUAL(lseek(fd, 0, SEEK_CUR), 5L << 30);
	EQUAL(read(fd, text, 1), 0);
	return pass();
}
