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
#elif defined(BREAK_in16)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	in %dx, %ax
#elif defined(BREAK_in8_exit)
	mov $PORT_EXIT, %edx
	in %dx, %al
#elif defined(BREAK_in_panic)
	mov $PORT_PANIC, %edx
	in %dx, %eax
#elif defined(BREAK_in_unknown)
	mov $PORT_LAST, %edx
	in %dx, %eax
#elif defined(BREAK_in_port)
	mov $0x60, %edx
	in %dx, %al
#elif defined(BREAK_out8_exit)
	mov $PORT_EXIT, %edx
	out %al, %dx
#elif defined(BREAK_out16_panic)
	mov $PORT_PANIC, %edx
	out %ax, %dx
#elif defined(BREAK_out8_sleep)
	mov $PORT_SLEEP, %edx
	out %al, %dx
#elif defined(BREAK_out16_inside)
	/* Between two ports' bytes. */
	mov $PORT_LSEEK64 + 3, %edx
	out %ax, %dx
#elif defined(BREAK_out_below)
	mov $PORT_OPEN - 2, %edx
	out %eax, %dx
#elif defined(BREAK_out_above)
	mov $PORT_LAST + 1, %edx
	out %eax, %dx
#elif defined(BREAK_out_wraps)
	mov $PORT_PANIC - 1, %edx
	out %eax, %dx
#elif defined(BREAK_reset)
	/* What a PC's reset is. */
	mov $0xcf9, %edx
	mov $6, %al
	out %al, %dx
#elif defined(BREAK_imm8)
	out %eax, $0x80
#elif defined(BREAK_outsb)
	mov $PORT_CLOSE, %edx
	xor %esi, %esi
	mov $-1, %rcx
	rep outsb
#elif defined(BREAK_outsw)
	mov $PORT_LSEEK64, %edx
	xor %esi, %esi
	mov $1000, %ecx
	rep outsw
#elif defined(BREAK_outs_backwards)
	mov $PORT_OPEN, %edx
	mov $0x1000, %esi
	mov $8, %ecx
	std
	rep outsl
#elif defined(BREAK_outs_panic)
	mov $PORT_PANIC, %edx
	mov $0x1fa000, %esi
	mov $8, %ecx
	rep outsl
#elif defined(BREAK_insb)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $0x1000, %edi
	mov $-1, %rcx
	rep insb
#elif defined(BREAK_ins_console)
	mov $PORT_CONSOLE, %edx
	mov $0x1000, %edi
	mov $100, %ecx
	rep insb
#elif defined(BREAK_ins_exit)
	mov $PORT_EXIT, %edx
	mov $0x1000, %edi
	mov $100, %ecx
	rep insl
#elif defined(BREAK_console_closed)
	mov $1, %eax
	HYPERCALL PORT_CLOSE
	mov $PORT_CONSOLE, %edx
	out %al, %dx
#elif defined(BREAK_console_reopened)
	mov $1, %eax
	HYPERCALL PORT_CLOSE
	mov $path, %eax
	HYPERCALL PORT_OPEN
	mov $PORT_CONSOLE, %edx
	out %al, %dx
#elif defined(BREAK_then_halt)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
#elif defined(BREAK_then_triple)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	ud2
#elif defined(BREAK_then_panic)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	mov $text, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_then_console)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	mov $PORT_CONSOLE, %edx
	mov $'x', %al
	out %al, %dx
	mov $PORT_WRITE, %edx
	in %dx, %eax
	EXIT 0
#elif defined(BREAK_then_exit)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	EXIT 0
#elif defined(BREAK_hundred_calls)
	/* Each is an `out` and an `in`. */
	mov $100, %ebx
1:	mov $-1, %eax
	HYPERCALL PORT_CLOSE
	dec %ebx
	jnz 1b
	EXIT 0
#elif defined(BREAK_hundred_at_once)
	mov $100, %ebx
1:	mov $-1, %eax
	HYPERCALL_AT_ONCE PORT_CLOSE
	cmp $-9, %eax
	MUST e, 1
	dec %ebx
	jnz 1b
	EXIT 0
#elif defined(BREAK_at_once_noncanonical)
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 0x800000000000
#elif defined(BREAK_at_once_nowhere)
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 0x200000
#elif defined(BREAK_at_once_outside)
	/* The page table shows it, and there is no memory. */
	movq $0x40000083, 0x1f9008
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 0x200000
#elif defined(BREAK_at_once_in)
	/* There is no second result. */
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 1f
1:	mov $PORT_WRITE, %edx
	in %dx, %eax
#elif defined(BREAK_at_once_twice)
	/* The call before was made without, and waits. */
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 0x1000
#elif defined(BREAK_at_once_out8)
	OUT_AT_ONCE PORT_EXIT, 1f, %al
1:	EXIT 1
#elif defined(BREAK_at_once_panic)
	mov $text, %eax
	OUT_AT_ONCE PORT_PANIC, 1f
1:	EXIT 1
#elif defined(BREAK_at_once_exit)
	mov $6, %eax
	OUT_AT_ONCE PORT_EXIT, 1f
1:	EXIT 1
#elif defined(BREAK_outs_nothing)
	mov $PORT_EXIT, %edx
	xor %ecx, %ecx
	rep outsl
	rep insl
	EXIT 0
#elif defined(BREAK_panic_closed)
	/* All fds, the hypervisor's stderr among them if it owned it. */
	xor %ebx, %ebx
1:	mov %ebx, %eax
	HYPERCALL PORT_CLOSE
	inc %ebx
	cmp $256, %ebx
	jb 1b
	mov $text, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_panic_last)
	/* The last byte of 4 MiB, and no NUL. */
	movq $0x200083, 0x1f9008
	movb $'x', 0x3fffff
	mov $0x3fffff, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_panic_end)
	mov $0x400000, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_panic_empty)
	mov $0x1fa000, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_panic_escapes)
	mov $0x1000, %edi
	mov $0x1000, %ecx
	mov $27, %al
	rep stosb
	mov $0x1000, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(BREAK_open_escapes)
	mov $text, %eax
	HYPERCALL PORT_OPEN
	EXIT 0
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
#elif defined(BREAK_loop_on)
	/* The same with interrupts on. */
	sti
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
path:	.asciz "/dev/null"
hello:	.ascii "hello\n"
	.balign 8
block:	.quad 1, hello, 6
