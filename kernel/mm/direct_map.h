/* SPDX-License-Identifier: MIT */
/* How the direct map grows: see x86/direct_map.h for what it is. */
#ifndef MM_DIRECT_MAP_H
#define MM_DIRECT_MAP_H

#include <stdbool.h>

#include "../types.h"

/*
 * Replaces the boot mapping: image and boot stack by 4 KiB pages with no right
 * too many, the low half empty. In force with the next write to CR3. `nx`:
 * EFER.NXE is on.
 */
void direct_map_init(bool nx);

/*
 * Has the direct map, which shows the low 2 MiB from the start, show all memory
 * below `to`, at most 1 GiB more than before. Memory goes on to `end`. True: it
 * wants a table first, by direct_map_add_table(); then call it again. Only
 * frame.c calls these two.
 */
bool direct_map_grow(paddr_t to, paddr_t end);

/* Takes a page frame of zeros, which the direct map shows, as its next table. */
void direct_map_add_table(paddr_t table);

#endif
