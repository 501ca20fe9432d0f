/* SPDX-License-Identifier: MIT */
/*
 * A kernel that keeps the boot tables and hangs a user page below their PML4
 * and PDPT, at 2 MiB, as the original protocol's kernel does. It panics where
 * the entries don't let ring 3 through. Ring 3 then runs in that page, and
 * must not reach the low 2 MiB. Exits with 0, or the number of the check that
 * failed.
 */
#include "flat.inc"

#define USER	       0x200000 /* the page, virtual and physical */
#define STACK	       0x1ff000
#define SPARE	       (BOOT_PD + 0x1000) /* a page that the boot protocol leaves */
#define SEL_RING3_DATA 0x1b
#define SEL_RING3_CODE 0x23
#define SEL_THE_TSS    0x28
#define KERNEL_PAGE    0x1000
/* SDM 3, 4.7: page-fault error codes of accesses by ring 3 to a page that is present. */
#define PF_READ	 5
#define PF_WRITE 7

/* An access that must be a page fault with this error code, at KERNEL_PAGE. */
	.macro FAULTS error, number, instruction:vararg
	mov $\error, %r14
	lea 9f(%rip), %r15
	\instruction
	mov $\number, %ebx
	int3
9:
	.endm

/* An interrupt gate of vector `n`, for the privilege level `dpl`. */
	.macro GATE n, dpl, handler
	movl $\handler + (SEL_KERNEL_CODE << 16), idt + 16 * \n
	movl $0x8e00 | \dpl << 13, idt + 16 * \n + 4
	.endm

	.globl _start
_start:
	testb $4, BOOT_PML4
	jz refused
	testb $4, BOOT_PDPT
	jz refused
	testb $4, BOOT_PD
	MUST z, 2

	/* The user page; PML4 and PDPT stay as they are. */
	movq $USER + 7, SPARE
	movq $SPARE + 7, BOOT_PD + 8
	mov $ring3, %esi
	mov $USER, %edi
	mov $ring3_end - ring3, %ecx
	rep movsb

	GATE 14, 0, page_fault
	GATE 3, 3, finish
	lgdt gdt_pointer
	lidt idt_pointer
	mov $SEL_THE_TSS, %eax
	ltr %ax
	pushq $SEL_RING3_DATA
	pushq $USER + 0x1000
	pushq $2
	pushq $SEL_RING3_CODE
	pushq $USER
	iretq

refused:
	mov $message, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
	hlt

ring3:
	push %rax
	FAULTS PF_READ, 3, mov KERNEL_PAGE, %eax
	FAULTS PF_WRITE, 4, mov %eax, KERNEL_PAGE
	mov $KERNEL_PAGE, %eax
	FAULTS PF_READ, 5, jmp *%rax
	xor %ebx, %ebx
	int3
ring3_end:

page_fault:
	pop %rax
	cmp %r14, %rax
	MUST e, 6
	mov %cr2, %rax
	cmp $KERNEL_PAGE, %rax
	MUST e, 7
	mov %r15, (%rsp)
	iretq

finish:
	mov %ebx, %eax
	mov $PORT_EXIT, %edx
	out %eax, %dx
	hlt

message:
	.asciz "the boot tables keep ring 3 from the low 512 GiB"
	.balign 8
/* SDM 3, 3.4.5 and 7.2.3: flat segments, and a TSS of 104 bytes with no I/O map. */
gdt:
	.quad 0, 0x00209b0000000000, 0x0000930000000000
	.quad 0x0000f30000000000, 0x0020fb0000000000
	.word 103, tss, 0x8900, 0
	.quad 0
gdt_end:
tss:
	.long 0
	.quad STACK
	.skip 90
	.word 104
gdt_pointer:
	.word gdt_end - gdt - 1
	.quad gdt
idt_pointer:
	.word 16 * 15 - 1
	.quad idt
	.balign 16
idt:
	.skip 16 * 15
