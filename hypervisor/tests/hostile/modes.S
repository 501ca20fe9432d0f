/* SPDX-License-Identifier: MIT */
/*
 * Ring 3, and ways out of long mode.
 *
 *	iopl3: tried | triple
 *	io_bitmap bits32 bits16: tried
 *	ring3_faults: triple
 *	alignment_for_ever: triple | emulation | time
 *	bits32_mmio: outside
 *	*: tried | triple | emulation | refused | outside | halted | time
 */
#include "hostile.inc"

	.globl _start
_start:
#if defined(KERNEL_iopl3)
	lgdt gdt_pointer
	TO_RING_3 0x3002, ring3_exit
#elif defined(KERNEL_io_bitmap)
	/* A TSS with a map that has every port open. */
	mov $tss, %eax
	mov %ax, gdt_tss + 2
	shr $16, %eax
	mov %al, gdt_tss + 4
	movw $104 + 0x2000, gdt_tss
	movw $104, tss + 102
	lgdt gdt_pointer
	mov $SEL_TASK, %eax
	ltr %ax
	TO_RING_3 2, ring3_exit
#elif defined(KERNEL_ring3_faults)
	/* With no stack to come back to ring 0 on. */
	SURVIVE
	TO_RING_3 2, ring3_exit
#elif defined(KERNEL_bits32)
	TO_32_BIT
	EXIT 7
#elif defined(KERNEL_bits32_mmio)
	/* 36 bits of nothing, by 32. */
	TO_32_BIT
	mov 0xfffffffc, %eax
#elif defined(KERNEL_task_switch)
	TO_32_BIT
	mov $SEL_TASK, %eax
	mov $tss, %ecx
	mov %cx, gdt_tss + 2
	shr $16, %ecx
	mov %cl, gdt_tss + 4
	ltr %ax
	andb $0xfd, gdt_tss + 5
	ljmp $SEL_TASK, $0
#elif defined(KERNEL_task_outside)
	TO_32_BIT
	mov $SEL_TASK, %eax
	ltr %ax
	andb $0xfd, gdt_tss + 5
	movb $0x7f, gdt_tss + 7
	ljmp $SEL_TASK, $0
#elif defined(KERNEL_task_gate)
	/* A fault whose handler is a task that isn't there. */
	TO_32_BIT
	movl $SEL_TASK << 16, IDT + 6 * 8
	movl $0x8500, IDT + 6 * 8 + 4
	movl $IDT, idt_pointer + 2
	lidt idt_pointer
	ud2
#elif defined(KERNEL_bits16)
	TO_32_BIT
	ljmp $SEL_16_CODE, $1f
	.code16
1:	xor %eax, %eax
	mov %eax, %cr0
	ljmp $0, $2f
2:	mov $7, %eax
	mov $PORT_EXIT, %dx
	out %eax, %dx
#elif defined(KERNEL_vm86)
	TO_32_BIT
	mov $STACK, %esp
	push $0
	push $0
	push $0
	push $0
	push $0
	push $0xf000
	push $0x23002
	push $0
	push $1f
	iretl
	.code16
1:	mov $7, %eax
	mov $PORT_EXIT, %dx
	out %eax, %dx
#elif defined(KERNEL_paging_pae)
	/* PAE paging whose four entries lie outside of memory. */
	TO_32_BIT
	mov $0x7ffff000, %eax
	mov %eax, %cr3
	mov %cr0, %eax
	or $0x80000000, %eax
	mov %eax, %cr0
#elif defined(KERNEL_long_mode_again)
	/* To long mode from 16-bit code, which enters with CS.L and CS.D at odds. */
	TO_32_BIT
	orl $0x00600000, gdt_16 + 4
	mov $MSR_EFER, %ecx
	mov $0x100, %eax
	xor %edx, %edx
	wrmsr
	mov %cr0, %eax
	or $0x80000000, %eax
	mov %eax, %cr0
	ljmp $SEL_16_CODE, $1f
1:	mov $7, %eax
#elif defined(KERNEL_alignment_for_ever)
	/* Ring 3 takes its own #AC, whose frame is misaligned, which is an #AC. */
	TO_32_BIT
	mov $ring3_misaligned, %eax
	mov %ax, IDT + 17 * 8
	movw $SEL_RING3_CODE32, IDT + 17 * 8 + 2
	movw $0xee00, IDT + 17 * 8 + 4
	movl $IDT, idt_pointer + 2
	lidt idt_pointer
	mov $STACK, %esp
	push $SEL_RING3_DATA
	push $STACK - 1
	push $0x40002
	push $SEL_RING3_CODE32
	push %eax
	iretl
#else
#error "no such kernel"
#endif
	hlt
#include "end.inc"

ring3_exit:
	EXIT 7
	.code32
ring3_misaligned:
	push %eax
	jmp ring3_misaligned
