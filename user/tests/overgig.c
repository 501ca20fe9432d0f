/* SPDX-License-Identifier: MIT */
/* Memory over 1 GiB is there. A read of nothing makes pages ready without touching them. */
#include <linux/mman.h>

#include "check.h"

#define MIB (1L << 20)

int main(void)
{
	int null = open("/dev/null", O_RDONLY);
	char *at = (char *)mmap(NULL, 1200 * MIB, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (long i = 0; i < 1200; i++)
		EQUAL(read(null, at + i * MIB, MIB), 0);
	for (long i = 0; i < 1200; i += 50)
		at[i * MIB] = i;
	for (long i = 0; i < 1200; i += 50)
		EQUAL(at[i * MIB], (char)i);
	return pass();
}
