/* SPDX-License-Identifier: MIT */
/*
 * Guest memory: the only place where a number that came from the guest turns
 * into a host pointer. A guest-physical address (gpa) is an integer that the
 * rest of the hypervisor can't dereference.
 */
#ifndef GUESTMEM_H
#define GUESTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct guestmem {
	uint8_t *base; /* host address of gpa 0 */
	uint64_t size; /* bytes */
};

/* Does [gpa, gpa + length) lie in memory of `size` bytes? An empty range may lie at its end. */
bool guestmem_contains(uint64_t size, uint64_t gpa, uint64_t length);

/* The host address of [gpa, gpa + length), or NULL if any byte of it is outside. */
void *guestmem_range(const struct guestmem *mem, uint64_t gpa, uint64_t length);

/* Copies a block in or out. Returns 0, or -EFAULT with nothing copied. */
int guestmem_read(const struct guestmem *mem, uint64_t gpa, void *to, size_t length);
int guestmem_write(const struct guestmem *mem, uint64_t gpa, const void *from, size_t length);

/*
 * Copies the NUL-terminated string at `gpa` into to[size], the NUL included.
 * Returns its length, -EFAULT if it runs off the end of memory, or
 * -ENAMETOOLONG if it has no NUL in its first `size` bytes.
 */
int guestmem_string(const struct guestmem *mem, uint64_t gpa, char *to, size_t size);

#endif
