/* SPDX-License-Identifier: MIT */
/* The article's program: open a file, read it, write it. */
#include "copy.h"

int main(int argc, char **argv)
{
	long fd;

	if (argc != 2)
		return complain("orw", "usage", ": orw FILE\n");
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		return complain("orw", argv[1],
				fd == -ENOENT ? ": no such file\n" : ": can't open\n");
	return copy_to_stdout("orw", fd, argv[1]);
}
