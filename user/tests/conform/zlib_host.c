/* SPDX-License-Identifier: MIT */
/* zlib_host FILE LEVEL: packs a file, unpacks it again and compares. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int main(int argc, char **argv)
{
	static unsigned char text[1 << 20], packed[1 << 21], back[1 << 20];
	uLongf packed_size = sizeof(packed), back_size = sizeof(back);
	FILE *file = argc > 2 ? fopen(argv[1], "r") : NULL;
	size_t size;

	if (!file)
		return 2;
	size = fread(text, 1, sizeof(text), file);
	printf("%zu bytes, crc %lx, adler %lx\n", size, crc32(0, text, size),
	       adler32(1, text, size));
	if (compress2(packed, &packed_size, text, size, atoi(argv[2])) != Z_OK ||
	    uncompress(back, &back_size, packed, packed_size) != Z_OK)
		return 1;
	printf("%lu packed, %lu back, same %d\n", packed_size, back_size,
	       memcmp(text, back, size) == 0);
	return 0;
}
