/* SPDX-License-Identifier: MIT */
/* Mappings, for calls other than mmap(2). */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

#include "../types.h"

struct file;

/*
 * mmap(2) of an open file, or without one, NULL. `length` is in bytes, a multiple of the page.
 * Returns the address or a negative errno.
 */
int64_t memory_map(uaddr_t hint, uint64_t length, unsigned prot, unsigned flags, struct file *file,
		   uint64_t offset);

#endif
