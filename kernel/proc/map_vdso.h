/* SPDX-License-Identifier: MIT */
/* Where a program finds the vDSO. */
#ifndef MAP_VDSO_H
#define MAP_VDSO_H

#include "../mm/space.h"
#include "elf.h"

/*
 * Maps it into an empty space, below all else, unless the program of this plan wants its place.
 * Sets *code to the address of its ELF header, 0: it isn't mapped; and *top to the end of what is.
 * Returns 0 or -ENOMEM.
 */
int map_vdso(struct space *space, const struct elf_plan *plan, uaddr_t *code, uaddr_t *top);

#endif
