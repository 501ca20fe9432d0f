/* SPDX-License-Identifier: MIT */
/*
 * The C library's functions that the compiler and the kernel call. An
 * interpreted ring 0 pays for each instruction and for each element of a string
 * instruction, so bytes are moved by string instructions, 8 at a time. Compiled
 * with -fno-tree-loop-distribute-patterns: else the compiler could turn a loop
 * here into a call of the function that it is in.
 *
 * used: link-time optimization drops a function that nobody calls, and later the
 * compiler adds calls of its own, of memcpy for a large struct, say.
 */
#include "string.h"

#include "../x86/x86.h"

__attribute__((used)) void *memcpy(void *to, const void *from, size_t bytes)
{
	rep_movs(to, from, bytes);
	return to;
}

__attribute__((used)) void *memset(void *to, int byte, size_t bytes)
{
	rep_stos(to, (uint8_t)byte * UINT64_C(0x0101010101010101), bytes);
	return to;
}

__attribute__((used)) int memcmp(const void *a, const void *b, size_t bytes)
{
	const uint8_t *x = a;
	const uint8_t *y = b;

	/*@
	  loop invariant 0 <= bytes <= \at(bytes, Pre);
	  loop invariant x == (uint8_t *)a + (\at(bytes, Pre) - bytes);
	  loop invariant y == (uint8_t *)b + (\at(bytes, Pre) - bytes);
	  loop invariant \forall integer i; 0 <= i < \at(bytes, Pre) - bytes ==>
	    ((uint8_t *)a)[i] == ((uint8_t *)b)[i];
	  loop assigns bytes, x, y;
	  loop variant bytes;
	*/
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

size_t strnlen(const char *text, size_t most)
{
	return repne_scasb_most(text, 0, most);
}
