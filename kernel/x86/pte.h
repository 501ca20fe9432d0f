/* SPDX-License-Identifier: MIT */
/*
 * Entries of 4-level paging (SDM 3, 4.5), for the hypervisor, the kernel's C
 * and assembly, and its linker script: so plain numbers.
 */
#ifndef PTE_H
#define PTE_H

#define PTE_P	    0x1	  /* present */
#define PTE_W	    0x2	  /* writable, if it is on every level */
#define PTE_U	    0x4	  /* for ring 3, too, if it is on every level */
#define PTE_PS	    0x80  /* in a PD: maps 2 MiB, instead of naming a table */
#define PTE_FILE    0x200 /* for software: a page of the page cache, never written to */
#define PTE_SHARED  0x400 /* for software: of MAP_SHARED memory, not copied when written */
#define PTE_NX	    0x8000000000000000 /* no instruction fetch; reserved without EFER.NXE */
#define PTE_ADDRESS 0x000ffffffffff000 /* of the page frame or table */

/* A table is one page frame of entries; an entry on a level maps 1 << SHIFT bytes. */
#define PT_ENTRIES 512
#define SHIFT_PT   12
#define SHIFT_PD   21
#define SHIFT_PDPT 30
#define SHIFT_PML4 39

#ifndef __ASSEMBLER__
#include <stdint.h>

typedef uint64_t pte_t;
#endif

#endif
