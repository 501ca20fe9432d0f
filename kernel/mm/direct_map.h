/* SPDX-License-Identifier: MIT */
/* The direct map: how the kernel reaches physical memory. */
#ifndef DIRECT_MAP_H
#define DIRECT_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "../layout.h"
#include "../types.h"

#ifdef HOST_TEST
/* A test's stand-in for physical memory. */
extern uint8_t *direct_map;
#else
#define direct_map ((uint8_t *)KERNEL_BASE)
#endif

/* Valid for the kernel image, the boot stack and every page frame that frame.c has allocated. */
static inline void *phys_to_virt(paddr_t pa)
{
	return direct_map + pa;
}

static inline paddr_t virt_to_phys(const void *address)
{
	return (const uint8_t *)address - direct_map;
}

/*
 * Replaces the boot mapping: image and boot stack by 4 KiB pages with no right
 * too many, the low half empty. `nx`: EFER.NXE is on.
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
