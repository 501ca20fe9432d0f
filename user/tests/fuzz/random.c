/* SPDX-License-Identifier: MIT */
/* Chance: Steele, Lea and Flood's splitmix64, and numbers that are worth more than others. */
#include "fuzz.h"

uint64_t seed, number, random_state;

uint64_t random_bits(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t below(uint64_t limit)
{
	return random_bits() % limit;
}

int one_in(unsigned n)
{
	return below(n) == 0;
}

/* Arguments, and what a context is corrupted with. */
static const uint64_t corners[] = {
	0,
	1,
	2,
	3,
	7,
	8,
	9,
	255,
	256,
	4095,
	4096,
	4097,
	0xffff,
	0x10000,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x7ffffffff000 - 1,
	0x7ffffffff000,
	0x7fffffffffff,
	0x800000000000,
	0xffff7fffffffffff,
	0xffff800000000000,
	0xffff800000001000,
	0xffff800000200000,
	0xffffffff80000000,
	0x7fffffffffffffff,
	0x8000000000000000,
	0xfffffffffffff000,
	0xfffffffffffff001,
	0xffffffffffffffff,
};

uint64_t any_corner(void)
{
	return ANY_OF(corners);
}

int is_corner(uint64_t value)
{
	for (size_t i = 0; i < sizeof(corners) / sizeof(corners[0]); i++)
		if (corners[i] == value)
			return 1;
	return 0;
}
