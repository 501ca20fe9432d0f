/* SPDX-License-Identifier: MIT */
/*
 * What a program does between its system calls: tells the time of a step, of
 * one access, of a page.
 *
 *   compute TOUCH_MIB
 */
#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench.h"

#define MEMORY	   (64u << 20)
#define LINES	   (MEMORY / 64)
#define CHASES	   1000000
#define ITERATIONS 20000000

static volatile double sink; /* keeps the compiler from leaving the work out */

static void *memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap of %zu bytes", size);
	return p;
}

/* A generator whose steps wait for each other: Marsaglia's xorshift64. */
static uint64_t step(uint64_t x)
{
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static void integers(void)
{
	uint64_t x = 88172645463325252;

	for (int i = 0; i < ITERATIONS; i++)
		x = step(x);
	sink = x;
}

static void floats(void)
{
	double x = 0.5;

	for (int i = 0; i < ITERATIONS; i++)
		x = 3.7 * x * (1 - x); /* the logistic map: chaos, in (0, 1) */
	sink = x;
}

/* One cycle through all lines, in an order that no prefetcher knows: Sattolo's shuffle. */
static uint32_t (*make_chase(void))[16]
{
	uint32_t(*lines)[16] = memory(MEMORY);
	uint64_t x = 88172645463325252;

	for (uint32_t i = 0; i < LINES; i++)
		lines[i][0] = i;
	for (uint32_t i = LINES - 1; i > 0; i--) {
		uint32_t j, other;

		x = step(x);
		j = x % i;
		other = lines[i][0];
		lines[i][0] = lines[j][0];
		lines[j][0] = other;
	}
	return lines;
}

static void chase(uint32_t (*lines)[16])
{
	uint32_t at = 0;

	for (int i = 0; i < CHASES; i++)
		at = lines[at][0];
	sink = at;
}

int main(int argc, char **argv)
{
	size_t touched = (argc > 1 ? strtoul(argv[1], NULL, 10) : 1) << 20;
	uint32_t(*lines)[16] = make_chase();
	char *from = (char *)lines, *to = memory(MEMORY), *fresh = memory(touched);
	uint64_t t[6];

	memset(to, 1, MEMORY);
	t[0] = now();
	integers();
	t[1] = now();
	floats();
	t[2] = now();
	chase(lines);
	t[3] = now();
	memcpy(to, from, MEMORY);
	sink = to[MEMORY / 2];
	t[4] = now();
	for (size_t i = 0; i < touched; i += 4096)
		fresh[i] = 1;
	t[5] = now();
	tell("integer", (double)(t[1] - t[0]) / ITERATIONS);
	tell("float", (double)(t[2] - t[1]) / ITERATIONS);
	tell("chase", (double)(t[3] - t[2]) / CHASES);
	tell("memcpy", (double)(t[4] - t[3]) / (MEMORY / 4096));
	tell("touch", (double)(t[5] - t[4]) / (touched / 4096));
	return 0;
}
