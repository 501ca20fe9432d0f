/* SPDX-License-Identifier: MIT */
/* The direct map: how the kernel reaches physical memory. */
#ifndef DIRECT_MAP_H
#define DIRECT_MAP_H

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

#endif
