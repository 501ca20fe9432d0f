/* SPDX-License-Identifier: MIT */
/*
 * Debug registers and single steps.
 *
 *	skip tcg dr breakpoint io_breakpoint debug_in_delivery: a guest's debug registers end QEMU
 *	dr breakpoint io_breakpoint: tried
 *	debug_in_delivery: triple | second
 *	step: tried | triple
 */
#include "hostile.inc"

	.globl _start
_start:
#if defined(KERNEL_dr)
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
#elif defined(KERNEL_breakpoint)
	SURVIVE
	mov $1f, %eax
	mov %rax, %dr0
	mov $0x402, %eax
	mov %rax, %dr7
	lea 2f(%rip), %r15
1:	nop
2:	LEAVE
	EXIT 7
#elif defined(KERNEL_io_breakpoint)
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
#elif defined(KERNEL_step)
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
#elif defined(KERNEL_debug_in_delivery)
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
#else
#error "no such kernel"
#endif
	hlt
#include "end.inc"
