/* SPDX-License-Identifier: MIT */
/* A program whose segments share a page, by shared.ld: each finds its own bytes there, .bss zeros.
 */
#include "check.h"

#define FILLER 6000 /* so that no code lies in the page that they share */

static const char filler[FILLER] = {[0] = 1, [FILLER - 1] = 2};
static volatile long data[4] = {3, 4, 5, 6};
static volatile char bss[6000];

int main(void)
{
	const volatile char *first = filler;

	EQUAL((unsigned long)(filler + FILLER - 1) / 4096, (unsigned long)data / 4096);
	EQUAL(first[0], 1);
	EQUAL(first[FILLER - 1], 2);
	for (int i = 0; i < 4; i++)
		EQUAL(data[i], 3 + i);
	for (unsigned i = 0; i < sizeof(bss); i++)
		EQUAL(bss[i], 0);
	data[0] = bss[0] = 7;
	EQUAL(data[0] + bss[0], 14);
	return pass();
}
