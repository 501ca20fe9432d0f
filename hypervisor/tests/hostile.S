/* SPDX-License-Identifier: MIT */
/*
 * Kernels that abuse the machine rather than the hypercalls, one for each
 * name. On 4 MiB of memory. What comes of them differs between KVMs;
 * hostile.sh knows the endings that each may have. EXIT 7: all was tried.
 */
#include "flat.inc"

#define END	0x400000 /* of memory */
#define WINDOW	0x200000 /* a virtual address for LOOK_AT */
#define STACK	0x1ff000
#define IDT	0x1e0000
#define MSR_EFER  0xc0000080
#define MSR_LSTAR 0xc0000082

/* Selectors beside the boot's, in the GDT below. */
#define SEL_32_CODE	 0x18
#define SEL_16_CODE	 0x20
#define SEL_TASK	 0x28
#define SEL_RING3_DATA	 0x3b
#define SEL_RING3_CODE	 0x43
#define SEL_RING3_CODE32 0x4b

/* WINDOW becomes the 2 MiB of physical memory at `base`. */
	.macro LOOK_AT base
	mov $\base + 0x83, %rax
	mov %rax, BOOT_PD + 8
	.endm

/* From here on any exception and interrupt goes on at R15. */
	.macro SURVIVE
	call survive
	.endm

/* An instruction that may fault. */
	.macro TRY instruction:vararg
	lea 9f(%rip), %r15
	\instruction
9:
	.endm

/* A call that needs no more than an exit: close of no fd. */
	.macro LEAVE
	mov $99, %eax
	HYPERCALL PORT_CLOSE
	.endm

/* Through compatibility mode to 32-bit code with paging off. */
	.macro TO_32_BIT
	lgdt gdt_pointer
	pushq $SEL_32_CODE
	pushq $1f
	lretq
1:	.code32
	mov %cr0, %eax
	and $0x7fffffff, %eax
	mov %eax, %cr0
	mov $MSR_EFER, %ecx
	xor %eax, %eax
	xor %edx, %edx
	wrmsr
	mov $SEL_KERNEL_DATA, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	.endm

/* To `code` in ring 3, which may use the low 2 MiB, with these flags. */
	.macro TO_RING_3 flags, code
	orq $4, BOOT_PML4
	orq $4, BOOT_PDPT
	orq $4, BOOT_PD
	mov %cr3, %rax
	mov %rax, %cr3
	pushq $SEL_RING3_DATA
	pushq $STACK
	pushq $\flags
	pushq $SEL_RING3_CODE
	pushq $\code
	iretq
	.endm

/* In real mode, where 0 is the table of exceptions: any of them exits. */
	.macro REAL_MODE
	.code16
	jmp real_start
	.org 4
	.rept 255
	.word real_handler, 0
	.endr
real_handler:
	mov $7, %eax
	mov $PORT_EXIT, %dx
	out %eax, %dx
real_start:
	.endm

	.globl _start
_start:
/* --- outside of memory --- */

#if defined(HOSTILE_mmio_read1)
	LOOK_AT END
	mov WINDOW, %al
#elif defined(HOSTILE_mmio_read2)
	LOOK_AT END
	mov WINDOW, %ax
#elif defined(HOSTILE_mmio_read4)
	LOOK_AT END
	mov WINDOW, %eax
#elif defined(HOSTILE_mmio_read8)
	LOOK_AT END
	mov WINDOW, %rax
#elif defined(HOSTILE_mmio_write1)
	LOOK_AT END
	mov %al, WINDOW
#elif defined(HOSTILE_mmio_write2)
	LOOK_AT END
	mov %ax, WINDOW
#elif defined(HOSTILE_mmio_write4)
	LOOK_AT END
	mov %eax, WINDOW
#elif defined(HOSTILE_mmio_write8)
	LOOK_AT END
	mov %rax, WINDOW
#elif defined(HOSTILE_mmio_across)
	/* The first half is in memory. */
	LOOK_AT 0x200000
	movq $END + 0x83, BOOT_PD + 16
	mov WINDOW + 0x1ffffc, %rax
#elif defined(HOSTILE_mmio_wide)
	LOOK_AT END
	movups %xmm0, WINDOW + 8
#elif defined(HOSTILE_mmio_movs)
	LOOK_AT END
	mov $WINDOW, %edi
	xor %esi, %esi
	mov $100, %ecx
	rep movsb
#elif defined(HOSTILE_mmio_lock)
	LOOK_AT END
	lock incl WINDOW
#elif defined(HOSTILE_mmio_cmpxchg16b)
	LOOK_AT END
	lock cmpxchg16b WINDOW
#elif defined(HOSTILE_mmio_fxsave)
	LOOK_AT END
	fxsave64 WINDOW
#elif defined(HOSTILE_mmio_stack)
	LOOK_AT END
	mov $WINDOW + 0x1000, %esp
	push %rax
#elif defined(HOSTILE_mmio_code)
	LOOK_AT END
	mov $WINDOW, %eax
	jmp *%rax
#elif defined(HOSTILE_mmio_idt)
	SURVIVE
	LOOK_AT END
	movq $WINDOW, idt_pointer + 2
	lidt idt_pointer
	int $3
#elif defined(HOSTILE_mmio_gdt)
	LOOK_AT END
	movq $WINDOW, gdt_pointer + 2
	lgdt gdt_pointer
	mov $0x10, %eax
	mov %eax, %ds
#elif defined(HOSTILE_mmio_ins)
	/* The result of a call, into no memory. */
	LOOK_AT END
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $WINDOW, %edi
	insl
#elif defined(HOSTILE_mmio_outs)
	LOOK_AT END
	mov $PORT_CLOSE, %edx
	mov $WINDOW, %esi
	outsl
#elif defined(HOSTILE_mmio_after_out)
	LOOK_AT END
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	mov WINDOW, %eax
#elif defined(HOSTILE_apic)
	LOOK_AT 0xfee00000
	mov WINDOW + 0x20, %eax
#elif defined(HOSTILE_apic_write)
	/* An INIT to all. */
	LOOK_AT 0xfee00000
	movl $0x000c4500, WINDOW + 0x300
#elif defined(HOSTILE_ioapic)
	LOOK_AT 0xfec00000
	mov WINDOW, %eax
#elif defined(HOSTILE_hpet)
	/* 0xfed00000 */
	LOOK_AT 0xfec00000
	mov WINDOW + 0x100000, %rax
#elif defined(HOSTILE_tss)
	/* The pages that KVM may have taken for itself (vm.c): as long as they last. */
	LOOK_AT 0xffe00000
	mov $WINDOW + 0x1bc000, %edi
	mov $0x4000, %ecx
	mov $-1, %eax
	rep stosb
	LEAVE
	EXIT 7
#elif defined(HOSTILE_top)
	/* The last page of the physical address space that an entry can name. */
	mov $0x000fffffffe00083, %rax
	mov %rax, BOOT_PD + 8
	mov WINDOW, %rax

/* --- page tables --- */

#elif defined(HOSTILE_cr3_outside)
	mov $0x7ffff000, %eax
	mov %rax, %cr3
#elif defined(HOSTILE_cr3_end)
	mov $END, %eax
	mov %rax, %cr3
#elif defined(HOSTILE_cr3_apic)
	mov $0xfee00000, %eax
	mov %rax, %cr3
#elif defined(HOSTILE_cr3_reserved)
	mov $-1, %rax
	mov %rax, %cr3
#elif defined(HOSTILE_table_outside)
	movq $0x7ffff003, BOOT_PML4 + 8
	mov $0x8000000000, %rax
	mov (%rax), %rax
#elif defined(HOSTILE_table_top)
	mov $0x000ffffffffff003, %rax
	mov %rax, BOOT_PML4 + 8
	mov $0x8000000000, %rax
	mov (%rax), %rax
#elif defined(HOSTILE_table_apic)
	mov $0xfee00003, %eax
	mov %rax, BOOT_PML4 + 8
	mov $0x8000000000, %rax
	mov (%rax), %rax
#elif defined(HOSTILE_table_reserved)
	movq $-1, BOOT_PML4 + 8
	mov $0x8000000000, %rax
	mov (%rax), %rax
#elif defined(HOSTILE_table_self)
	/* The PML4 is all four levels, and executed. */
	movq $BOOT_PML4 + 3, BOOT_PML4
	mov %cr3, %rax
	mov %rax, %cr3
#elif defined(HOSTILE_table_random)
	/* Code as tables. */
	xor %eax, %eax
	mov %rax, %cr3
#elif defined(HOSTILE_table_gone)
	movq $0, BOOT_PML4
	mov %cr3, %rax
	mov %rax, %cr3
#elif defined(HOSTILE_table_flips)
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

/* --- control registers and MSRs --- */

#elif defined(HOSTILE_cr0_zero)
	xor %eax, %eax
	mov %rax, %cr0
#elif defined(HOSTILE_cr_bits)
	SURVIVE
	xor %ebx, %ebx
1:	mov %cr0, %r12
	mov %r12, %r13
	btc %rbx, %r13
	TRY mov %r13, %cr0
	mov %r12, %cr0
	mov %cr4, %r12
	mov %r12, %r13
	btc %rbx, %r13
	TRY mov %r13, %cr4
	mov %r12, %cr4
	inc %ebx
	cmp $64, %ebx
	jb 1b
	EXIT 7
#elif defined(HOSTILE_efer_bits)
	SURVIVE
	mov $MSR_EFER, %ecx
	rdmsr
	mov %eax, %r12d
	xor %ebx, %ebx
1:	mov %r12d, %eax
	btc %ebx, %eax
	xor %edx, %edx
	TRY wrmsr
	mov %r12d, %eax
	TRY wrmsr
	inc %ebx
	cmp $32, %ebx
	jb 1b
	EXIT 7
#elif defined(HOSTILE_cr8)
	/* A falling priority is an exit, where the APIC isn't KVM's. */
	mov $15, %eax
	mov %rax, %cr8
	xor %eax, %eax
	mov %rax, %cr8
	EXIT 7
#elif defined(HOSTILE_dr)
	SURVIVE
	mov $-1, %rax
	TRY mov %rax, %dr0
	TRY mov %rax, %dr3
	TRY mov %rax, %dr4
	TRY mov %rax, %dr6
	TRY mov %rax, %dr7
	mov $0xffff27ff, %eax /* all on, but GD */
	TRY mov %rax, %dr7
	LEAVE
	mov $0xffff2fff, %eax
	TRY mov %rax, %dr7
	TRY mov %dr7, %rax
	LEAVE
	EXIT 7
#elif defined(HOSTILE_xcr0)
	SURVIVE
	mov %cr4, %rax
	or $0x40000, %eax
	TRY mov %rax, %cr4
	xor %ebx, %ebx
1:	xor %ecx, %ecx
	xor %edx, %edx
	mov $1, %eax
	bts %ebx, %eax
	TRY xsetbv
	mov $1, %ecx
	TRY xsetbv
	inc %ebx
	cmp $32, %ebx
	jb 1b
	LEAVE
	EXIT 7
#elif defined(HOSTILE_msr_read) || \
	defined(HOSTILE_msr_zero) || \
	defined(HOSTILE_msr_ones)
	SURVIVE
	mov $msr_ranges, %ebx
1:	mov (%rbx), %ecx
2:
#if defined(HOSTILE_msr_read)
	TRY rdmsr
#elif defined(HOSTILE_msr_zero)
	xor %eax, %eax
	xor %edx, %edx
	TRY wrmsr
#else
	mov $-1, %eax
	mov %eax, %edx
	TRY wrmsr
#endif
	inc %ecx
	cmp 4(%rbx), %ecx
	jb 2b
	add $8, %ebx
	cmp $msr_ranges_end, %ebx
	jb 1b
	LEAVE
	EXIT 7
#elif defined(HOSTILE_kvm_msrs)
	/* Where KVM is told to write: each value into each, and an exit. */
	SURVIVE
	mov $kvm_msrs, %ebx
1:	mov $odd_places, %r14d
2:	mov (%rbx), %ecx
	mov (%r14), %eax
	mov 4(%r14), %edx
	TRY wrmsr
	LEAVE
	/* The same in its page, turned on: bit 0, and with delivery by interrupt. */
	mov (%rbx), %ecx
	mov (%r14), %eax
	mov 4(%r14), %edx
	or $0xf, %eax
	TRY wrmsr
	LEAVE
	sti
	nop
	cli
	add $8, %r14d
	cmp $odd_places_end, %r14d
	jb 2b
	add $4, %ebx
	cmp $kvm_msrs_end, %ebx
	jb 1b
	EXIT 7
#elif defined(HOSTILE_kvm_calls)
	SURVIVE
	xor %ebx, %ebx
1:	mov %ebx, %eax
	and $31, %eax
	mov $-1, %rcx
	mov %rcx, %rdx
	mov %rcx, %rsi
	TRY vmcall
	mov %ebx, %eax
	and $31, %eax
	TRY vmmcall
	inc %ebx
	cmp $64, %ebx
	jb 1b
	LEAVE
	EXIT 7
#elif defined(HOSTILE_syscall)
	/* From ring 0, with the numbers that KVM's software kind calls its own. */
	SURVIVE
	mov $MSR_LSTAR, %ecx
	mov $handler, %eax
	xor %edx, %edx
	wrmsr
	xor %ebx, %ebx
1:	mov %ebx, %eax
	add $0x17088200, %eax
	mov $-1, %r10
	mov %r10, %rdx
	TRY syscall
	inc %ebx
	cmp $32, %ebx
	jb 1b
	LEAVE
	EXIT 7

/* --- instructions --- */

#elif defined(HOSTILE_int)
	SURVIVE
	.set vector, 0
	.rept 256
	TRY int $vector
	.set vector, vector + 1
	.endr
	EXIT 7
#elif defined(HOSTILE_into_nothing)
	/* An IDT of one byte. */
	movw $0, idt_pointer
	lidt idt_pointer
	int $0x80
#elif defined(HOSTILE_sti_hlt)
	sti
	hlt
#elif defined(HOSTILE_mwait)
	SURVIVE
	xor %eax, %eax
	xor %ecx, %ecx
	xor %edx, %edx
	TRY monitor
	TRY mwait
	EXIT 7
#elif defined(HOSTILE_rsm)
	rsm
#elif defined(HOSTILE_vmrun)
	SURVIVE
	xor %eax, %eax
	TRY vmrun
	TRY vmload
	TRY vmsave
	TRY stgi
	TRY clgi
	TRY skinit
	TRY invlpga
	EXIT 7
#elif defined(HOSTILE_vmx)
	SURVIVE
	mov %cr4, %rax
	or $0x2000, %eax
	TRY mov %rax, %cr4
	TRY vmxon block
	TRY vmptrld block
	TRY vmlaunch
	TRY vmresume
	TRY vmxoff
	TRY invept block, %rax
	EXIT 7
#elif defined(HOSTILE_caches)
	SURVIVE
	TRY wbinvd
	TRY invd
	TRY clflush block
	EXIT 7
#elif defined(HOSTILE_rdpmc)
	SURVIVE
	mov $-1, %ecx
	TRY rdpmc
	xor %ecx, %ecx
	TRY rdpmc
	EXIT 7
#elif defined(HOSTILE_segments)
	SURVIVE
	mov $0xfff8, %eax
	TRY mov %eax, %ds
	TRY mov %eax, %ss
	TRY lldt %ax
	TRY ltr %ax
	xor %eax, %eax
	TRY mov %eax, %ss
	TRY lldt %ax
	TRY ltr %ax
	mov $SEL_KERNEL_CODE, %eax
	TRY ltr %ax
	TRY lldt %ax
	TRY mov %eax, %ss
	TRY ljmp *far_nothing
	EXIT 7
#elif defined(HOSTILE_returns)
	SURVIVE
	mov $block, %esp
	TRY iretq
	mov $block, %esp
	TRY lretq
	TRY sysretq
	TRY sysexitq
	TRY sysenter
	EXIT 7
#elif defined(HOSTILE_wild_rip)
	mov $0x8000000000000000, %rax
	jmp *%rax
#elif defined(HOSTILE_ud2_storm)
	SURVIVE
	mov $4000, %ebx
1:	TRY ud2
	dec %ebx
	jnz 1b
	EXIT 7
#elif defined(HOSTILE_ud2_for_ever)
	SURVIVE
	mov $1f, %r15d
1:	ud2
#elif defined(HOSTILE_console_for_ever)
	mov $PORT_CONSOLE, %edx
1:	out %al, %dx
	jmp 1b
#elif defined(HOSTILE_sleep_for_ever)
	mov $-1, %eax
	HYPERCALL PORT_SLEEP
	EXIT 7
#elif defined(HOSTILE_stack_eats_itself)
	/* A handler that never comes back, until its frames have eaten all. */
	SURVIVE
	mov $IDT, %edi
1:	mov $2f, %eax
	mov %ax, (%rdi)
	shr $16, %eax
	mov %ax, 6(%rdi)
	add $16, %edi
	cmp $IDT + 4096, %edi
	jb 1b
2:	ud2
#elif defined(HOSTILE_self_modifying)
	mov $7, %ebx
	movl %ebx, 1f + 1
	jmp 1f
1:	mov $9, %eax
	mov $PORT_EXIT, %edx
	out %eax, %dx
#elif defined(HOSTILE_read_into_code)
	/* A call's result is what runs next: read() of this file's own hlt. */
	mov $path_zero, %eax
	HYPERCALL PORT_OPEN
	mov %rax, block
	movq $1f + 1, block + 8
	movq $1, block + 16
	mov $block, %eax
	HYPERCALL PORT_READ
1:	mov $9, %eax
	add $7, %eax
	mov $PORT_EXIT, %edx
	out %eax, %dx

/* --- debug registers and single steps --- */

#elif defined(HOSTILE_breakpoint)
	SURVIVE
	mov $1f, %eax
	mov %rax, %dr0
	mov $0x402, %eax
	mov %rax, %dr7
	lea 2f(%rip), %r15
1:	nop
2:	LEAVE
	EXIT 7
#elif defined(HOSTILE_io_breakpoint)
	SURVIVE
	mov %cr4, %rax
	or $8, %eax /* DE */
	mov %rax, %cr4
	mov $PORT_CLOSE, %eax
	mov %rax, %dr0
	mov $0x20402, %eax
	mov %rax, %dr7
	mov $PORT_CLOSE, %edx
	TRY out %eax, %dx
	TRY in %dx, %eax
	EXIT 7
#elif defined(HOSTILE_step)
	/* Over an `out`, an `in` and the exit. */
	SURVIVE
	mov $PORT_CLOSE, %edx
	lea 1f(%rip), %r15
	pushq $0x102
	popfq
	out %eax, %dx
1:	mov $PORT_CLOSE, %edx
	lea 2f(%rip), %r15
	pushq $0x102
	popfq
	in %dx, %eax
2:	mov $7, %eax
	mov $PORT_EXIT, %edx
	pushq $0x102
	popfq
	out %eax, %dx
#elif defined(HOSTILE_debug_in_delivery)
	/* A watch on the stack that its own exception is delivered on. */
	SURVIVE
	mov $STACK - 8, %eax
	mov %rax, %dr0
	mov $0xd0402, %eax
	mov %rax, %dr7
	mov $1f, %r15d
	mov $STACK, %esp
1:	push %rax
	pop %rax
	jmp 1b

/* --- ring 3 --- */

#elif defined(HOSTILE_iopl3)
	lgdt gdt_pointer
	TO_RING_3 0x3002, ring3_exit
#elif defined(HOSTILE_io_bitmap)
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
#elif defined(HOSTILE_ring3_faults)
	/* With no stack to come back to ring 0 on. */
	SURVIVE
	TO_RING_3 2, ring3_exit
/* --- out of long mode --- */

#elif defined(HOSTILE_bits32)
	TO_32_BIT
	EXIT 7
#elif defined(HOSTILE_bits32_mmio)
	/* 36 bits of nothing, by 32. */
	TO_32_BIT
	mov 0xfffffffc, %eax
#elif defined(HOSTILE_task_switch)
	TO_32_BIT
	mov $SEL_TASK, %eax
	mov $tss, %ecx
	mov %cx, gdt_tss + 2
	shr $16, %ecx
	mov %cl, gdt_tss + 4
	ltr %ax
	andb $0xfd, gdt_tss + 5
	ljmp $SEL_TASK, $0
#elif defined(HOSTILE_task_outside)
	TO_32_BIT
	mov $SEL_TASK, %eax
	ltr %ax
	andb $0xfd, gdt_tss + 5
	movb $0x7f, gdt_tss + 7
	ljmp $SEL_TASK, $0
#elif defined(HOSTILE_task_gate)
	/* A fault whose handler is a task that isn't there. */
	TO_32_BIT
	movl $SEL_TASK << 16, IDT + 6 * 8
	movl $0x8500, IDT + 6 * 8 + 4
	movl $IDT, idt_pointer + 2
	lidt idt_pointer
	ud2
#elif defined(HOSTILE_bits16)
	TO_32_BIT
	ljmp $SEL_16_CODE, $1f
	.code16
1:	xor %eax, %eax
	mov %eax, %cr0
	ljmp $0, $2f
2:	mov $7, %eax
	mov $PORT_EXIT, %dx
	out %eax, %dx
#elif defined(HOSTILE_vm86)
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
#elif defined(HOSTILE_paging_pae)
	/* PAE paging whose four entries lie outside of memory. */
	TO_32_BIT
	mov $0x7ffff000, %eax
	mov %eax, %cr3
	mov %cr0, %eax
	or $0x80000000, %eax
	mov %eax, %cr0
#elif defined(HOSTILE_long_mode_again)
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

#elif defined(HOSTILE_alignment_for_ever)
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

/* --- in real mode --- */

#elif defined(HOSTILE_real_int)
	/* Through a table that is this code. */
	.code16
	int $0x21
#elif defined(HOSTILE_real_no_table)
	REAL_MODE
	lidt nothing
	int $3
#elif defined(HOSTILE_real_ip_wraps)
	REAL_MODE
	jmp *last_two
last_two: .word 0xffff
#elif defined(HOSTILE_real_stack_wraps)
	REAL_MODE
	mov $1, %sp
	push %ax
	jmp real_handler
#elif defined(HOSTILE_real_high)
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
#elif defined(HOSTILE_real_outs)
	REAL_MODE
	mov $PORT_CONSOLE, %dx
	xor %si, %si
	mov $300, %cx
	rep outsb
#elif defined(HOSTILE_real_protected)
	/* PE without a GDT; then any segment load. */
	REAL_MODE
	mov %cr0, %eax
	or $1, %al
	mov %eax, %cr0
	mov $8, %ax
	mov %ax, %ds
#elif defined(HOSTILE_real_bad_cr0)
	REAL_MODE
	mov $0x80000000, %eax
	mov %eax, %cr0
#elif defined(HOSTILE_real_prefixes)
	/* Longer than 15 bytes. */
	REAL_MODE
	.fill 20, 1, 0x66
	nop
#elif defined(HOSTILE_real_sti_hlt)
	REAL_MODE
	sti
	hlt
#else
#error "no such HOSTILE"
#endif
	hlt
	.code64

survive:
	lgdt gdt_pointer
	mov $IDT, %edi
1:	mov $handler, %eax
	mov %ax, (%rdi)
	movw $SEL_KERNEL_CODE, 2(%rdi)
	movw $0x8e00, 4(%rdi)
	shr $16, %eax
	mov %ax, 6(%rdi)
	movq $0, 8(%rdi)
	add $16, %edi
	cmp $IDT + 4096, %edi
	jb 1b
	lidt idt_pointer
	ret
handler:
	mov $STACK, %esp
	jmp *%r15

ring3_exit:
	EXIT 7
	.code32
ring3_misaligned:
	push %eax
	jmp ring3_misaligned
	.code64

	.balign 8
gdt:	.quad 0, 0x00209b0000000000, 0x00cf93000000ffff, 0x00cf9b000000ffff /* 0, 64, data, 32 */
gdt_16:	.quad 0x00009b000000ffff
gdt_tss: .quad 0x0000890000000067, 0
	.quad 0x00cff3000000ffff, 0x0020fb0000000000, 0x00cffb000000ffff /* ring 3: data, 64, 32 */
	.equ gdt_end, .
gdt_pointer:
	.word gdt_end - gdt - 1
	.quad gdt
	.balign 8
idt_pointer:
	.word 4095
	.quad IDT
nothing: .quad 0
far_nothing:
	.long 0
	.word 0
	.balign 8
msr_ranges:
	.long 0, 0x1000, 0xc0000000, 0xc0000200, 0xc0010000, 0xc0010400, 0xc0011000, 0xc0011100
	.long 0x40000000, 0x40000200, 0x4b564d00, 0x4b564d20
msr_ranges_end:
kvm_msrs: .long 0x11, 0x12, 0x4b564d00, 0x4b564d01, 0x4b564d02, 0x4b564d03, 0x4b564d04
	.long 0x4b564d05, 0x4b564d06, 0x4b564d07, 0x4b564d08
kvm_msrs_end:
	.balign 8
odd_places: .quad 0x200000, 0x200031, END - 64, END - 4, END - 1, END, 0xfee00000, 0x7fffffc0
	.quad 0x000fffffffffffc0, -64, -1
odd_places_end:
path_zero: .asciz "/dev/zero"
	.balign 8
block:	.quad 1, hello, 6, 0
hello:	.ascii "hello\n"
	.balign 16
tss:	.skip 104 + 0x2000 + 1
