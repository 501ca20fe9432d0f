/* SPDX-License-Identifier: MIT */
/* The symbols of an ELF file beside the image. */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
	uint64_t address, size;
	const char *name;
};

struct symbols {
	struct symbol *all; /* by address */
	size_t count;
};

/*
 * Reads the functions and objects of "kernel.elf" where the image is "kernel.bin". Leaves
 * *symbols empty where there is no such file, or it is none that can be read. What was read
 * stays until the process ends.
 */
void symbols_load(struct symbols *symbols, const char *image);

/* Sets *address. false: there is none of that name. */
bool symbols_find(const struct symbols *symbols, const char *name, uint64_t *address);

/* The symbol that `address` lies in, or behind if none has it; NULL: it is before them all. */
const struct symbol *symbols_at(const struct symbols *symbols, uint64_t address);

#endif
