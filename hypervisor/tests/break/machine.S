/* SPDX-License-Identifier: MIT */
/*
 * Exits that are no port access, and ends of the guest.
 *
 *	triple svm jump_out: 125 KVM_EXIT_SHUTDOWN: triple fault
 *	vmcall vmmcall: 125 KVM_EXIT_*
 *	mmio: 125 KVM_EXIT_MMIO: read of 8 bytes at 0x40000000, outside guest memory
 *	hlt: 125 KVM_EXIT_HLT: the kernel halted without telling how its program ended
 *	loop loop_on exit_big: elsewhere
 */
#include "../flat.inc"

	.globl _start
_start:
#if defined(KERNEL_triple)
	ud2
#elif defined(KERNEL_vmcall)
	vmcall
#elif defined(KERNEL_vmmcall)
	vmmcall
#elif defined(KERNEL_svm)
	mov $0xc0000080, %ecx
	rdmsr
	or $0x1000, %eax /* EFER.SVME */
	wrmsr
	EXIT 0
#elif defined(KERNEL_mmio)
	movq $0x40000083, 0x1f9008
	mov 0x200000, %rax
#elif defined(KERNEL_jump_out)
	mov $0x200000, %rax
	jmp *%rax
#elif defined(KERNEL_hlt)
	hlt
#elif defined(KERNEL_loop)
1:	jmp 1b
#elif defined(KERNEL_loop_on)
	/* The same with interrupts on. */
	sti
1:	jmp 1b
#elif defined(KERNEL_exit_big)
	mov $0xabcd0105, %eax
	mov $PORT_EXIT, %edx
	out %eax, %dx
#else
#error "no such kernel"
#endif
	hlt
