/* SPDX-License-Identifier: MIT */
/*
 * Accesses outside of memory.
 *
 *	mmio_read1: 125 KVM_EXIT_MMIO: read of 1 bytes at 0x400000, outside guest memory
 *	mmio_read2: 125 KVM_EXIT_MMIO: read of 2 bytes at 0x400000, outside guest memory
 *	mmio_read4 mmio_across: 125 KVM_EXIT_MMIO: read of 4 bytes at 0x400000, outside guest memory
 *	mmio_read8: 125 KVM_EXIT_MMIO: read of 8 bytes at 0x400000, outside guest memory
 *	mmio_write1: 125 KVM_EXIT_MMIO: write of 1 bytes at 0x400000, outside guest memory
 *	mmio_write2: 125 KVM_EXIT_MMIO: write of 2 bytes at 0x400000, outside guest memory
 *	mmio_write4: 125 KVM_EXIT_MMIO: write of 4 bytes at 0x400000, outside guest memory
 *	mmio_write8: 125 KVM_EXIT_MMIO: write of 8 bytes at 0x400000, outside guest memory
 *	mmio_gdt: outside | emulation | triple | forever
 *	mmio_*: outside | emulation | triple
 *	apic: 125 KVM_EXIT_MMIO: read of 4 bytes at 0xfee00020, outside guest memory
 *	apic_write: 125 KVM_EXIT_MMIO: write of 4 bytes at 0xfee00300, outside guest memory
 *	ioapic: 125 KVM_EXIT_MMIO: read of 4 bytes at 0xfec00000, outside guest memory
 *	hpet: 125 KVM_EXIT_MMIO: read of 8 bytes at 0xfed00000, outside guest memory
 *	tss: tried | 125 KVM_EXIT_MMIO: write of 1 bytes at 0xfffbc000, outside guest memory
 *	top: triple | outside | refused
 */
#include "hostile.inc"

	.globl _start
_start:
#if defined(KERNEL_mmio_read1)
	LOOK_AT END
	mov WINDOW, %al
#elif defined(KERNEL_mmio_read2)
	LOOK_AT END
	mov WINDOW, %ax
#elif defined(KERNEL_mmio_read4)
	LOOK_AT END
	mov WINDOW, %eax
#elif defined(KERNEL_mmio_read8)
	LOOK_AT END
	mov WINDOW, %rax
#elif defined(KERNEL_mmio_write1)
	LOOK_AT END
	mov %al, WINDOW
#elif defined(KERNEL_mmio_write2)
	LOOK_AT END
	mov %ax, WINDOW
#elif defined(KERNEL_mmio_write4)
	LOOK_AT END
	mov %eax, WINDOW
#elif defined(KERNEL_mmio_write8)
	LOOK_AT END
	mov %rax, WINDOW
#elif defined(KERNEL_mmio_across)
	/* The first half is in memory. */
	LOOK_AT 0x200000
	movq $END + 0x83, BOOT_PD + 16
	mov WINDOW + 0x1ffffc, %rax
#elif defined(KERNEL_mmio_wide)
	LOOK_AT END
	movups %xmm0, WINDOW + 8
#elif defined(KERNEL_mmio_movs)
	LOOK_AT END
	mov $WINDOW, %edi
	xor %esi, %esi
	mov $100, %ecx
	rep movsb
#elif defined(KERNEL_mmio_lock)
	LOOK_AT END
	lock incl WINDOW
#elif defined(KERNEL_mmio_cmpxchg16b)
	LOOK_AT END
	lock cmpxchg16b WINDOW
#elif defined(KERNEL_mmio_fxsave)
	LOOK_AT END
	fxsave64 WINDOW
#elif defined(KERNEL_mmio_stack)
	LOOK_AT END
	mov $WINDOW + 0x1000, %esp
	push %rax
#elif defined(KERNEL_mmio_code)
	LOOK_AT END
	mov $WINDOW, %eax
	jmp *%rax
#elif defined(KERNEL_mmio_idt)
	SURVIVE
	LOOK_AT END
	movq $WINDOW, idt_pointer + 2
	lidt idt_pointer
	int $3
#elif defined(KERNEL_mmio_gdt)
	LOOK_AT END
	movq $WINDOW, gdt_pointer + 2
	lgdt gdt_pointer
	mov $0x10, %eax
	mov %eax, %ds
#elif defined(KERNEL_mmio_ins)
	/* The result of a call, into no memory. */
	LOOK_AT END
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $WINDOW, %edi
	insl
#elif defined(KERNEL_mmio_outs)
	LOOK_AT END
	mov $PORT_CLOSE, %edx
	mov $WINDOW, %esi
	outsl
#elif defined(KERNEL_mmio_after_out)
	LOOK_AT END
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	mov WINDOW, %eax
#elif defined(KERNEL_apic)
	LOOK_AT 0xfee00000
	mov WINDOW + 0x20, %eax
#elif defined(KERNEL_apic_write)
	/* An INIT to all. */
	LOOK_AT 0xfee00000
	movl $0x000c4500, WINDOW + 0x300
#elif defined(KERNEL_ioapic)
	LOOK_AT 0xfec00000
	mov WINDOW, %eax
#elif defined(KERNEL_hpet)
	/* 0xfed00000 */
	LOOK_AT 0xfec00000
	mov WINDOW + 0x100000, %rax
#elif defined(KERNEL_tss)
	/* The pages that KVM may have taken for itself (vm.c): as long as they last. */
	LOOK_AT 0xffe00000
	mov $WINDOW + 0x1bc000, %edi
	mov $0x4000, %ecx
	mov $-1, %eax
	rep stosb
	LEAVE
	EXIT 7
#elif defined(KERNEL_top)
	/* The last page of the physical address space that an entry can name. */
	mov $0x000fffffffe00083, %rax
	mov %rax, BOOT_PD + 8
	mov WINDOW, %rax
#else
#error "no such kernel"
#endif
	hlt
#include "end.inc"
