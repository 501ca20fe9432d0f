/* SPDX-License-Identifier: MIT */
/* The vCPU's registers as gdb numbers and shows them. */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "state.h"

/* Bytes of all of them in a row. */
#define REGISTERS_MAX 1600

/*
 * gdb's target description, "Target Descriptions" in its manual: the standard features
 * core, sse and segments, avx if the guest has it, and one of this hypervisor's own with
 * control registers. In memory that stays.
 */
const char *registers_description(bool avx);

/* All registers, in the order of the description, into out[REGISTERS_MAX]. Returns their bytes. */
size_t registers_get_all(const struct state *state, bool avx, void *out);

/* Sets all from so many bytes. false: it isn't their number. */
bool registers_set_all(struct state *state, bool avx, const void *from, size_t bytes);

/* One register, by its number, into out[16]. Returns its bytes, 0: there is none. */
size_t registers_get(const struct state *state, bool avx, unsigned number, void *out);

/* Sets one from so many bytes. false: there is none with that number, or it isn't its size. */
bool registers_set(struct state *state, bool avx, unsigned number, const void *from, size_t bytes);

#endif
