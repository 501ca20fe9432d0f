/* SPDX-License-Identifier: MIT */
/*
 * Kernels that break the protocol or themselves, one for each value of BREAK;
 * e2e.sh knows what the hypervisor must say. None comes to its end.
 */
#include "flat.inc"


	.globl _start
_start:
#if defined(BREAK_out8)
	mov $PORT_CLOSE, %edx
	out %al, %dx
#elif defined(BREAK_out16)
	mov $PORT_EXIT, %edx
	out %ax, %dx
#elif defined(BREAK_in8)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	in %dx, %al
#elif defined(BREAK_out_twice)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $PORT_OPEN, %edx
	out %eax, %dx
#elif defined(BREAK_in_first)
	mov $PORT_READ, %edx
	in %dx, %eax
#elif defined(BREAK_in_twice)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	in %dx, %eax
	in %dx, %eax
#elif defined(BREAK_in_other)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $PORT_OPEN, %edx
	in %dx, %eax
#elif defined(BREAK_in_exit)
	mov $PORT_EXIT, %edx
	in %dx, %eax
#elif defined(BREAK_in_console)
	mov $PORT_CONSOLE, %edx
	in %dx, %al
#elif defined(BREAK_console32)
	mov $PORT_CONSOLE, %edx
	out %eax, %dx
#elif defined(BREAK_outs)
	mov $PORT_WRITE, %edx
	xor %esi, %esi
	mov $4, %ecx
	rep outsl
#elif defined(BREAK_ins)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $0x1000, %edi
	mov $4, %ecx
	rep insl
#elif defined(BREAK_port)
	mov $0x1234, %edx
	out %eax, %dx
#elif defined(BREAK_panic)
	mov $text, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_panic_wild)
	mov $-1, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_panic_endless)
	mov $0x1000, %edi
	mov $0x1f6000, %ecx
	mov $'x', %al
	rep stosb
	mov $0x1000, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_triple)
	ud2
#elif defined(BREAK_vmcall)
	vmcall
#elif defined(BREAK_vmmcall)
	vmmcall
#elif defined(BREAK_svm)
	mov $0xc0000080, %ecx
	rdmsr
	or $0x1000, %eax /* EFER.SVME */
	wrmsr
	EXIT 0
#elif defined(BREAK_mmio)
	movq $0x40000083, 0x1f9008
	mov 0x200000, %rax
#elif defined(BREAK_jump_out)
	mov $0x200000, %rax
	jmp *%rax
#elif defined(BREAK_hlt)
	hlt
#elif defined(BREAK_loop)
1:	jmp 1b
#elif defined(BREAK_exit_big)
	mov $0xabcd0105, %eax
	mov $PORT_EXIT, %edx
	out %eax, %dx
#else
#error "no such BREAK"
#endif
	hlt
text:	.ascii "he said \"\\\33[31m"
	.byte 7, 200, 0
