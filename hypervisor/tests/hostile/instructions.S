/* SPDX-License-Identifier: MIT */
/*
 * Instructions that a kernel has no business with, or too many of one.
 *
 *	kvm_calls syscall segments caches ud2_storm self_modifying read_into_code: tried
 *	int mwait vmrun vmx rdpmc returns: tried | emulation | triple
 *	timer_into_nothing into_nothing rsm wild_rip stack_eats_itself: triple | emulation
 *	sti_hlt: halted
 *	ud2_for_ever console_for_ever sleep_for_ever wait_for_ever timer_storm: forever
 */
#include "hostile.inc"

	.globl _start
_start:
#if defined(KERNEL_kvm_calls)
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
#elif defined(KERNEL_syscall)
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
#elif defined(KERNEL_int)
	SURVIVE
	.set vector, 0
	.rept 256
	TRY int $vector
	.set vector, vector + 1
	.endr
	EXIT 7
#elif defined(KERNEL_into_nothing)
	/* An IDT of one byte. */
	movw $0, idt_pointer
	lidt idt_pointer
	int $0x80
#elif defined(KERNEL_sti_hlt)
	sti
	hlt
#elif defined(KERNEL_mwait)
	SURVIVE
	xor %eax, %eax
	xor %ecx, %ecx
	xor %edx, %edx
	TRY monitor
	TRY mwait
	EXIT 7
#elif defined(KERNEL_rsm)
	rsm
#elif defined(KERNEL_vmrun)
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
#elif defined(KERNEL_vmx)
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
#elif defined(KERNEL_caches)
	SURVIVE
	TRY wbinvd
	TRY invd
	TRY clflush block
	EXIT 7
#elif defined(KERNEL_rdpmc)
	SURVIVE
	mov $-1, %ecx
	TRY rdpmc
	xor %ecx, %ecx
	TRY rdpmc
	EXIT 7
#elif defined(KERNEL_segments)
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
#elif defined(KERNEL_returns)
	SURVIVE
	mov $block, %esp
	TRY iretq
	mov $block, %esp
	TRY lretq
	TRY sysretq
	TRY sysexitq
	TRY sysenter
	EXIT 7
#elif defined(KERNEL_wild_rip)
	mov $0x8000000000000000, %rax
	jmp *%rax
#elif defined(KERNEL_ud2_storm)
	SURVIVE
	mov $4000, %ebx
1:	TRY ud2
	dec %ebx
	jnz 1b
	EXIT 7
#elif defined(KERNEL_ud2_for_ever)
	SURVIVE
	mov $1f, %r15d
1:	ud2
#elif defined(KERNEL_console_for_ever)
	mov $PORT_CONSOLE, %edx
1:	out %al, %dx
	jmp 1b
#elif defined(KERNEL_sleep_for_ever)
	mov $-1, %eax
	HYPERCALL PORT_SLEEP
	EXIT 7
#elif defined(KERNEL_wait_for_ever)
	movq $-1, block
	movq $0, block + 8
	mov $block, %eax
	HYPERCALL PORT_WAIT
	EXIT 7
#elif defined(KERNEL_timer_storm)
	/* Each interrupt asks for the next one, and the handler never ends. */
	SURVIVE
	lea 1f(%rip), %r15
1:	mov $1, %eax
	HYPERCALL PORT_TIMER
	sti
2:	jmp 2b
#elif defined(KERNEL_timer_into_nothing)
	movw $0, idt_pointer
	lidt idt_pointer
	mov $1, %eax
	HYPERCALL PORT_TIMER
	sti
1:	jmp 1b
#elif defined(KERNEL_stack_eats_itself)
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
#elif defined(KERNEL_self_modifying)
	mov $7, %ebx
	movl %ebx, 1f + 1
	jmp 1f
1:	mov $9, %eax
	mov $PORT_EXIT, %edx
	out %eax, %dx
#elif defined(KERNEL_read_into_code)
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
#else
#error "no such kernel"
#endif
	hlt
#include "end.inc"

far_nothing:
	.long 0
	.word 0
path_zero: .asciz "/dev/zero"
