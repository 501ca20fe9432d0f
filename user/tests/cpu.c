/* SPDX-License-Identifier: MIT */
/*
 * Prints the model's name and what CPUID tells of caches and TLBs, but not
 * which CPUs share them: the same on Linux and in the VM.
 */
#include <cpuid.h>

#include "check.h"

#define SHARED_BY 0x03ffc000u /* SDM 2, CPUID leaf 4 EAX; AMD's 0x8000001d alike */
#define CORES	  0xfc000000u

static void show(const char *name, uint32_t leaf, uint32_t index, uint32_t mask_eax)
{
	uint32_t r[4];

	__cpuid_count(leaf, index, r[0], r[1], r[2], r[3]);
	r[0] &= mask_eax;
	print(1, name);
	for (int i = 0; i < 4; i++) {
		print(1, " ");
		print_number(1, r[i]);
	}
	print(1, "\n");
}

int main(void)
{
	uint32_t words[13] = {0};
	unsigned highest = __get_cpuid_max(0x80000000, NULL);

	EQUAL(highest >= 0x80000006, 1);
	for (unsigned i = 0; i < 3; i++)
		__cpuid(0x80000002 + i, words[4 * i], words[4 * i + 1], words[4 * i + 2],
			words[4 * i + 3]);
	CHECK(words[0]);
	print(1, (const char *)words);
	print(1, "\n");
	for (unsigned i = 0; i < 4; i++)
		show("caches", 4, i, ~(SHARED_BY | CORES));
	show("L1", 0x80000005, 0, ~0u);
	show("L2, L3", 0x80000006, 0, ~0u);
	for (unsigned i = 0; i < 5 && highest >= 0x8000001d; i++)
		show("AMD's caches", 0x8000001d, i, ~SHARED_BY);
	return 0;
}
