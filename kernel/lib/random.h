/* SPDX-License-Identifier: MIT */
/* Random bytes. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RANDOM_SEED_BYTES 32

/* Seeds the generator, with bytes that are secret. */
void random_seed(const uint8_t seed[RANDOM_SEED_BYTES]);

/* Has it been? */
bool random_seeded(void);

/* Fills to[bytes] once it is seeded. Who doesn't know the seed can't predict them. */
void random_bytes(void *to, size_t bytes);

/* ChaCha20's block function, for a test: `in` is the state as RFC 8439, 2.3, lays it out. */
void random_block(uint32_t out[16], const uint32_t in[16]);

#endif
