/* SPDX-License-Identifier: MIT */
/*
 * Random bytes: ChaCha20 (RFC 8439, 2.3) as a generator with fast key erasure.
 * The first half of each block is the key of the next, so nobody can compute from
 * the state that is left what was handed out before.
 */
#include "random.h"

#include <stdbool.h>

#include "math.h"
#include "string.h"

#define WORDS	    16 /* of 32 bits, in a block */
#define KEY_WORDS   8
#define KEY_AT	    4 /* the words before it are constant, those behind it count and are 0 */
#define ROUND_PAIRS 10

/* "expand 32-byte k" */
static const uint32_t constants[KEY_AT] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

static uint32_t key[KEY_WORDS];
static bool seeded;

_Static_assert(sizeof(key) == RANDOM_SEED_BYTES, "the seed is the first key");

static uint32_t rotate(uint32_t value, unsigned bits)
{
	return value << bits | value >> (32 - bits);
}

static void quarter_round(uint32_t *x, unsigned a, unsigned b, unsigned c, unsigned d)
{
	x[a] += x[b];
	x[d] = rotate(x[d] ^ x[a], 16);
	x[c] += x[d];
	x[b] = rotate(x[b] ^ x[c], 12);
	x[a] += x[b];
	x[d] = rotate(x[d] ^ x[a], 8);
	x[c] += x[d];
	x[b] = rotate(x[b] ^ x[c], 7);
}

void random_block(uint32_t out[WORDS], const uint32_t in[WORDS])
{
	memcpy(out, in, WORDS * sizeof(out[0]));
	for (unsigned i = 0; i < ROUND_PAIRS; i++) {
		for (unsigned column = 0; column < 4; column++)
			quarter_round(out, column, column + 4, column + 8, column + 12);
		for (unsigned column = 0; column < 4; column++) /* diagonals */
			quarter_round(out, column, 4 + (column + 1) % 4, 8 + (column + 2) % 4,
				      12 + (column + 3) % 4);
	}
	for (unsigned i = 0; i < WORDS; i++)
		out[i] += in[i];
}

bool random_seeded(void)
{
	return seeded;
}

void random_seed(const uint8_t seed[RANDOM_SEED_BYTES])
{
	memcpy(key, seed, sizeof(key));
	seeded = true;
}

void random_bytes(void *to, size_t bytes)
{
	uint32_t in[WORDS] = {0};
	uint32_t out[WORDS];
	char *at = to;

	memcpy(in, constants, sizeof(constants));
	while (bytes) {
		size_t piece = min(bytes, sizeof(out) - sizeof(key));

		memcpy(in + KEY_AT, key, sizeof(key));
		random_block(out, in);
		memcpy(key, out, sizeof(key));
		memcpy(at, out + KEY_WORDS, piece);
		at += piece;
		bytes -= piece;
	}
	memset(in, 0, sizeof(in));
	memset(out, 0, sizeof(out));
}
