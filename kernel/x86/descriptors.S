/* SPDX-License-Identifier: MIT */
/*
 * The three tables that the CPU reads by itself: GDT, TSS and IDT. Section
 * numbers are of the Intel Software Developer's Manual, volume 3.
 *
 * No code fills them in. A descriptor holds an address in pieces. kernel.ld puts
 * trap.S into the first 64 KiB of the image, so the upper pieces of its addresses
 * are constants. The pieces of the TSS's address kernel.ld computes.
 *
 * kernel/README.md tells how to add an interrupt handler.
 */
#include "../abi.h"
#include "../layout.h"

#define LOW16(symbol) (symbol - KERNEL_BASE)
#define HIGH32        (KERNEL_BASE >> 32)

	.section .data
/*
 * GDT (3.4.5, 5.2.1). In 64-bit mode only type, DPL, P and L count. Order is
 * dictated by STAR: syscall loads CS 0x08, SS 0x10; sysretq loads SS from
 * 0x20 + 8 and CS from 0x20 + 16. In .data, because ltr marks the TSS busy.
 */
	.balign 16
	.globl gdt_pointer, idt_pointer
gdt:
	.quad 0
	.quad 0x00209b0000000000 /* 0x08 kernel code: P, DPL 0, execute/read, L */
	.quad 0x0000930000000000 /* 0x10 kernel data: P, DPL 0, read/write */
	.quad 0                  /* 0x18 */
	.quad 0                  /* 0x20 where sysretl would find 32-bit user code */
	.quad 0x0000f30000000000 /* 0x28 user data: P, DPL 3, read/write */
	.quad 0x0020fb0000000000 /* 0x30 user code: P, DPL 3, execute/read, L */
	/* 0x38 TSS (8.2.3): 16 bytes; type 9, available 64-bit TSS, P, DPL 0 */
	.word tss_end - tss - 1
	.word tss_base_low
	.byte tss_base_middle
	.byte 0x89
	.byte 0, 0
	.long HIGH32
	.long 0
gdt_end:

/*
 * TSS (8.7). RSP0 is the stack for exceptions out of ring 3; syscall_entry
 * takes the same one. The stack of IST 1 is for #DF, where the current stack
 * may be the cause, and for #DB, NMI and #MC, which may hit between `syscall`
 * and the switch of stacks.
 */
	.balign 16
	.globl tss
tss:
	.long 0
	.quad kernel_stack_top /* RSP0 */
	.quad 0, 0, 0          /* RSP1, RSP2, reserved */
	.quad exception_stack_top /* IST1 */
	.quad 0, 0, 0, 0, 0, 0, 0 /* IST2 to IST7, reserved */
	.word 0
	.word tss_end - tss /* I/O map base: past the limit, so ring 3 has no port */
tss_end:

	.section .rodata
gdt_pointer:
	.word gdt_end - gdt - 1
	.quad gdt
idt_pointer:
	.word idt_end - idt - 1
	.quad idt

/*
 * A gate (6.14.1): type 14, interrupt gate, which turns interrupts off. DPL 3
 * lets `int n` in ring 3 reach it; with DPL 0 that is a #GP.
 */
	.macro GATE vector, ist=0, dpl=0
	.word LOW16(trap_\vector)
	.word SEL_KERNEL_CODE
	.byte \ist
	.byte 0x8e | \dpl << 5
	.word 0
	.long HIGH32
	.long 0
	.endm

	.balign 16
idt:
	/* #DE; #DB and NMI on a stack of their own; int3 and into are a program's to use. */
	GATE 0
	GATE 1, ist=1
	GATE 2, ist=1
	GATE 3, dpl=3
	GATE 4, dpl=3
	.irp vector, 5,6,7
	GATE \vector
	.endr
	/* #DF, and further on #MC, likewise on a stack of their own. Names: trap.c. */
	GATE 8, ist=1
	.irp vector, 9,10,11,12,13,14,15,16,17
	GATE \vector
	.endr
	GATE 18, ist=1
	.irp vector, 19,20,21,22,23,24,25,26,27,28,29,30,31
	GATE \vector
	.endr
	GATE 32 /* VECTOR_TIMER */
idt_end:

	.section .note.GNU-stack, "", @progbits
