/* SPDX-License-Identifier: MIT */
/*
 * For unit tests of mm/: memory that is a host mapping, as the kernel finds it after its set-up. A
 * test program includes this once.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <linux/mman.h>
#include <sys/mman.h>

#include "../abi.h"
#include "../mm/direct_map.h"
#include "../mm/frame.h"
#include "../mm/paging.h"
#include "../mm/space.h"
#include "../vdso/vdso.h"
#include "../x86/direct_map.h"
#include "unit.h"

#define GIB (UINT64_C(1) << 30)
#define RW  (PROT_READ | PROT_WRITE)

uint8_t *direct_map;

/* Stand-ins for pages of the kernel's image. */
struct clock_page clock_page;
const uint8_t vdso_image[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE))) = "code";

static struct space space;

/* Begins a test: `bytes` of memory are free, at most 8 GiB, and `space` is empty. */
static void start(uint64_t bytes)
{
	uint64_t *pml4;

	direct_map = mmap(NULL, 8 * GIB, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	CHECK(direct_map != MAP_FAILED);
	pml4 = phys_to_virt(BOOT_PML4);
	pml4[KERNEL_SLOT] = BOOT_PDPT | PTE_P | PTE_W;
	*(uint64_t *)phys_to_virt(BOOT_PDPT) = BOOT_PD | PTE_P | PTE_W;
	direct_map_init(true);
	paging_init(true);
	frame_init((struct frame_range[FRAME_RANGES]){{0, 0}, {BOOT_FREE_MEMORY, bytes}});
	space = (struct space){.tables = 0};
	space_init(&space, BOOT_PML4);
	space_switch(&space);
}

#endif
