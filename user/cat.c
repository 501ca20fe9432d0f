/* SPDX-License-Identifier: MIT */
/* Writes files, or stdin where there are none or one is "-", to stdout. */
#include "copy.h"

int main(int argc, char **argv)
{
	int status = 0;

	if (argc < 2)
		return copy_to_stdout("cat", 0, "stdin");
	for (int i = 1; i < argc; i++) {
		long fd = argv[i][0] == '-' && !argv[i][1] ? 0 : open(argv[i], O_RDONLY);

		if (fd < 0) {
			status = complain("cat", argv[i],
					  fd == -ENOENT ? ": no such file\n" : ": can't open\n");
			continue;
		}
		status |= copy_to_stdout("cat", fd, argv[i]);
		if (fd > 0)
			close(fd);
	}
	return status;
}
