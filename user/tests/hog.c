/* SPDX-License-Identifier: MIT */
/* Touches memory until there is no more: by small areas, or ("brk") by the break. */
#include <linux/mman.h>

#include "check.h"

int main(int argc, char **argv)
{
	char *at;

	/* More than the guest has is refused at once. */
	EQUAL(mmap(NULL, 1L << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	      -ENOMEM);
	print(1, "start\n");
	for (;;) {
		if (argc > 1 && same_text(argv[1], "brk")) {
			at = brk(NULL);
			if (brk(at + 65536) == at)
				return 1;
		} else {
			at = (char *)mmap(NULL, 65536, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			if ((long)at < 0)
				return 1;
		}
		for (int i = 0; i < 16; i++)
			at[i * 4096] = 1;
	}
}
