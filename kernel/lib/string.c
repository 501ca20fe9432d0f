/* SPDX-License-Identifier: MIT */
/*
 * The C library's functions that the compiler and the kernel call. An
 * interpreted ring 0 pays for each instruction and each element of a string
 * instruction, so words are moved by string instructions. Compiled with
 * -fno-tree-loop-distribute-patterns, or a loop could become a call of itself.
 */
#include "string.h"

#include "../x86.h"

void *memcpy(void *to, const void *from, size_t bytes)
{
	rep_movs(to, from, bytes);
	return to;
}

void *memset(void *to, int byte, size_t bytes)
{
	rep_stos(to, (uint8_t)byte * UINT64_C(0x0101010101010101), bytes);
	return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
	const uint8_t *x = a;
	const uint8_t *y = b;

	for (; bytes; bytes--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (uint8_t)*a - (uint8_t)*b;
}

size_t strlen(const char *text)
{
	return repne_scasb(text, 0) - text;
}
