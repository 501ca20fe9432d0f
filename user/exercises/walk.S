/* SPDX-License-Identifier: MIT */
/*
 * Exercise 6: makes page tables, points RSP somewhere and breaks the protocol,
 * so that the hypervisor dumps the vCPU. WALK says which case; check.sh knows
 * what each translates to. The CPU itself never uses that stack.
 */
#include "../../hypervisor/tests/flat.inc"
#include "../../kernel/x86/pte.h"

#define TABLES 0x1fa000 /* two spare pages */
#define RIGHTS (PTE_P | PTE_W)

	.macro ENTRY table, index, value
	movabs $\value, %rax
	mov %rax, \table + 8 * \index
	.endm

	.globl _start
_start:
#if WALK == 1 /* the boot's page of 2 MiB */
	mov $0x1ff120, %rsp
#elif WALK == 2 /* a page of 4 KiB, not executable; a different index on each level */
	ENTRY BOOT_PML4, 1, BOOT_PDPT | RIGHTS
	ENTRY BOOT_PDPT, 2, BOOT_PD | RIGHTS
	ENTRY BOOT_PD, 3, TABLES | RIGHTS
	ENTRY TABLES, 4, 0x345000 | RIGHTS | PTE_NX
	movabs $1 << SHIFT_PML4 | 2 << SHIFT_PDPT | 3 << SHIFT_PD | 4 << SHIFT_PT | 0x678, %rsp
#elif WALK == 3 /* a page of 1 GiB, in the upper half */
	ENTRY BOOT_PML4, 256, BOOT_PDPT | RIGHTS
	ENTRY BOOT_PDPT, 1, 0x40000000 | RIGHTS | PTE_PS
	movabs $0xffff800000000000 | 1 << SHIFT_PDPT | 0x12345678, %rsp
#elif WALK == 4 /* not present, but for that bit */
	ENTRY BOOT_PD, 1, 0x200000 | PTE_W | PTE_PS
	mov $0x200000, %rsp
#elif WALK == 5 /* a table that lies outside of memory */
	ENTRY BOOT_PD, 1, 0x7ffff000 | RIGHTS
	mov $0x200000, %rsp
#elif WALK == 6 /* an address that is none: its low 48 bits are mapped */
	ENTRY BOOT_PML4, 256, BOOT_PDPT | RIGHTS
	movabs $0x0000800000000000, %rsp
#endif
	out %eax, $0x80
	hlt
