/* SPDX-License-Identifier: MIT */
/*
 * Real mode, in which exceptions go through whatever lies at 0.
 *
 *	* (--real-mode): tried | triple | emulation | flat_halt | 125 protocol fault: * | second
 */
#include "hostile.inc"

	.globl _start
_start:
#if defined(KERNEL_real_int)
	/* Through a table that is this code. */
	.code16
	int $0x21
#elif defined(KERNEL_real_no_table)
	REAL_MODE
	lidt nothing
	int $3
#elif defined(KERNEL_real_ip_wraps)
	REAL_MODE
	jmp *last_two
last_two: .word 0xffff
#elif defined(KERNEL_real_stack_wraps)
	REAL_MODE
	mov $1, %sp
	push %ax
	jmp real_handler
#elif defined(KERNEL_real_high)
	/* ffff:0010 to ffff:ffff: over the first MiB's end. */
	REAL_MODE
	mov $0xffff, %ax
	mov %ax, %ds
	mov %ax, %es
	mov $0xffff, %di
	mov $0x10, %si
	std
	mov $0x100, %cx
	rep movsb
	jmp real_handler
#elif defined(KERNEL_real_outs)
	REAL_MODE
	mov $PORT_CONSOLE, %dx
	xor %si, %si
	mov $300, %cx
	rep outsb
#elif defined(KERNEL_real_protected)
	/* PE without a GDT; then any segment load. */
	REAL_MODE
	mov %cr0, %eax
	or $1, %al
	mov %eax, %cr0
	mov $8, %ax
	mov %ax, %ds
#elif defined(KERNEL_real_bad_cr0)
	REAL_MODE
	mov $0x80000000, %eax
	mov %eax, %cr0
#elif defined(KERNEL_real_prefixes)
	/* Longer than 15 bytes. */
	REAL_MODE
	.fill 20, 1, 0x66
	nop
#elif defined(KERNEL_real_sti_hlt)
	REAL_MODE
	sti
	hlt
#else
#error "no such kernel"
#endif
	hlt

	.balign 8
nothing: .quad 0
