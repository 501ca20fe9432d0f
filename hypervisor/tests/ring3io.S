/* SPDX-License-Identifier: MIT */
/*
 * A kernel that enters ring 3 without a TSS of its own: the boot task
 * register must let no port through. Ring 3 does `out` to the exit port; the
 * fault, with no IDT, is a triple fault.
 */
#include "flat.inc"

	.globl _start
_start:
	movw $gdt_end - gdt - 1, pointer
	movq $gdt, pointer + 2
	lgdt pointer
	/* Ring 3 may use the low pages. */
	orq $4, 0x1f7000
	orq $4, 0x1f8000
	orq $4, 0x1f9000
	mov %cr3, %rax
	mov %rax, %cr3
	pushq $0x1b
	push %rsp
	pushq $2
	pushq $0x13
	pushq $ring3
	iretq
ring3:	EXIT 77
	hlt
	.balign 8
gdt:	.quad 0, 0x00209b0000000000, 0x0020fb0000000000, 0x0000f30000000000
gdt_end:
pointer: .skip 10
