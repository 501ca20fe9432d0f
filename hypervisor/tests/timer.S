/* SPDX-License-Identifier: MIT */
/*
 * A kernel that takes the timer's interrupt, in ring 0, and waits for files; on 4 MiB of
 * memory, with /dev/null as stdin. Exits with 0, or the number of the check that failed.
 *
 * R15 counts the interrupts. No check hangs on the speed of the machine: one that
 * nothing comes can only succeed too often.
 */
#include "flat.inc"

#define POLLIN	 0x1
#define POLLNVAL 0x20

	.macro TIMER microseconds
	mov $\microseconds, %eax
	HYPERCALL PORT_TIMER
	.endm

	/* wait for `count` files of `block`, and what it must return */
	.macro WAIT microseconds, count, result, number
	mov $\microseconds, %rax
	mov %rax, block
	mov $\count, %rax
	mov %rax, block + 8
	mov $block, %eax
	HYPERCALL PORT_WAIT
	cmp $\result, %eax
	MUST e, \number
	.endm

	.macro FILE slot, fd, events
	movl $\fd, block + 16 + 8 * \slot
	movw $\events, block + 20 + 8 * \slot
	movw $0x5555, block + 22 + 8 * \slot
	.endm

	.macro REVENTS slot, events, number
	cmpw $\events, block + 22 + 8 * \slot
	MUST e, \number
	.endm

	.macro COUNTED count, number
	cmp $\count, %r15
	MUST e, \number
	.endm

	/* Until an interrupt has come. */
	.macro UNTIL count
7:	pause
	cmp $\count, %r15
	jb 7b
	.endm

	.globl _start
_start:
	mov $0x1ff000, %esp
	lgdt gdt_pointer
	lidt idt_pointer
	xor %r15d, %r15d

	/* With interrupts on it comes by itself, */
	TIMER 1000
	test %eax, %eax
	MUST e, 1
	sti
	UNTIL 1
	/* once. */
	WAIT 30000, 0, 0, 2
	COUNTED 1, 3
	cli

	/* While they are off it waits, and ends a wait for ever. */
	TIMER 1000
	WAIT -1, 0, 0, 4
	COUNTED 1, 5
	WAIT -1, 0, 0, 6
	COUNTED 1, 7
	sti
	nop
	UNTIL 2
	COUNTED 2, 8
	cli

	/* One that was due is void when the timer is stopped, or set to another time. */
	TIMER 1000
	WAIT -1, 0, 0, 9
	TIMER 0
	sti
	WAIT 30000, 0, 0, 10
	COUNTED 2, 11
	cli
	TIMER 1000
	WAIT -1, 0, 0, 12
	TIMER 4000000000
	sti
	WAIT 30000, 0, 0, 13
	COUNTED 2, 14
	/* A nearer time takes the place of one far off. */
	TIMER 1000
	UNTIL 3
	cli

	/* Files. */
	FILE 0, 0, POLLIN
	WAIT -1, 1, 1, 20
	REVENTS 0, POLLIN, 21
	FILE 0, 0, 0
	WAIT 1000, 1, 0, 22
	REVENTS 0, 0, 23
	FILE 0, 0, 0
	FILE 1, 77, POLLIN /* isn't open */
	FILE 2, -1, POLLIN /* nor can be */
	WAIT -1, 3, 2, 24
	REVENTS 0, 0, 25
	REVENTS 1, POLLNVAL, 26
	REVENTS 2, POLLNVAL, 27
	FILE 7, 0, POLLIN
	WAIT -1, 8, 3, 28 /* more of them ready in one call */
	REVENTS 7, POLLIN, 29
	WAIT -1, 9, -22, 30
	WAIT -1, 0x100000001, -22, 31
	WAIT -1, -1, -22, 32

	/* Blocks at the end of memory, and across it. */
	movq $0x200083, 0x1f9008
	movq $0, 0x3ffff0
	movq $0, 0x3ffff8
	mov $0x3ffff0, %eax
	HYPERCALL PORT_WAIT
	test %eax, %eax
	MUST e, 33
	movq $1, 0x3ffff8
	mov $0x3ffff0, %eax
	HYPERCALL PORT_WAIT
	cmp $-14, %eax
	MUST e, 34
	mov $0x3ffff8, %eax
	HYPERCALL PORT_WAIT
	cmp $-14, %eax
	MUST e, 35
	mov $-1, %eax
	HYPERCALL PORT_WAIT
	cmp $-14, %eax
	MUST e, 36
	EXIT 0

handler:
	inc %r15
	iretq

	.balign 8
gdt:
	.quad 0, 0x00209b0000000000, 0x0000930000000000 /* as the boot segments */
gdt_pointer:
	.word gdt_pointer - gdt - 1
	.quad gdt
	.balign 16
idt:
	.skip VECTOR_TIMER * 16
	.word handler, SEL_KERNEL_CODE, 0x8e00, 0
	.quad 0
idt_pointer:
	.word idt_pointer - idt - 1
	.quad idt
	.balign 8
block:
	.skip 80 /* struct hc_wait, and HC_WAIT_FDS files */
