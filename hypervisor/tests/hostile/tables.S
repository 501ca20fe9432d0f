/* SPDX-License-Identifier: MIT */
/*
 * Page tables.
 *
 *	cr3_outside cr3_end cr3_apic: triple | outside | emulation | refused | forever
 *	table_flips: tried
 *	cr3_reserved table_*: triple | outside | emulation | refused | time
 */
#include "hostile.inc"

	.globl _start
_start:
#if defined(KERNEL_cr3_outside)
	mov $0x7ffff000, %eax
	mov %rax, %cr3
#elif defined(KERNEL_cr3_end)
	mov $END, %eax
	mov %rax, %cr3
#elif defined(KERNEL_cr3_apic)
	mov $0xfee00000, %eax
	mov %rax, %cr3
#elif defined(KERNEL_cr3_reserved)
	mov $-1, %rax
	mov %rax, %cr3
#elif defined(KERNEL_table_outside)
	movq $0x7ffff003, BOOT_PML4 + 8
	mov $0x8000000000, %rax
	mov (%rax), %rax
#elif defined(KERNEL_table_top)
	mov $0x000ffffffffff003, %rax
	mov %rax, BOOT_PML4 + 8
	mov $0x8000000000, %rax
	mov (%rax), %rax
#elif defined(KERNEL_table_apic)
	mov $0xfee00003, %eax
	mov %rax, BOOT_PML4 + 8
	mov $0x8000000000, %rax
	mov (%rax), %rax
#elif defined(KERNEL_table_reserved)
	movq $-1, BOOT_PML4 + 8
	mov $0x8000000000, %rax
	mov (%rax), %rax
#elif defined(KERNEL_table_self)
	/* The PML4 is all four levels, and executed. */
	movq $BOOT_PML4 + 3, BOOT_PML4
	mov %cr3, %rax
	mov %rax, %cr3
#elif defined(KERNEL_table_random)
	/* Code as tables. */
	xor %eax, %eax
	mov %rax, %cr3
#elif defined(KERNEL_table_gone)
	movq $0, BOOT_PML4
	mov %cr3, %rax
	mov %rax, %cr3
#elif defined(KERNEL_table_flips)
	SURVIVE
	mov $4000, %ebx
1:	movq $0x200083, BOOT_PD + 8
	invlpg WINDOW
	mov WINDOW, %eax
	movq $0, BOOT_PD + 8
	invlpg WINDOW
	TRY mov WINDOW, %eax
	dec %ebx
	jnz 1b
	EXIT 7
#else
#error "no such kernel"
#endif
	hlt
#include "end.inc"
