/* SPDX-License-Identifier: MIT */
/* The memory of a process in its core, as far as Linux has it there. */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include "core_file.h"

struct space;

/* How many areas it has. */
uint64_t core_memory_count(struct space *space);

/* The program headers of the first `count` areas, whose bytes begin at this offset of the file. */
void core_put_areas(struct core_file *file, struct space *space, uint64_t count, uint64_t offset);

/* What lies in the areas, from a multiple of a page on. */
void core_put_memory(struct core_file *file, struct space *space);

#endif
