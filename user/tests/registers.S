/* SPDX-License-Identifier: MIT */
/*
 * Registers: those at the first instruction, and that a system call changes
 * RAX, RCX and R11 alone. Exits with 0, or the number of the check that failed.
 */
#include <asm/unistd_64.h>

	.macro FAIL_UNLESS condition, number
	j\condition 9f
	mov $\number, %edi
	jmp fail
9:
	.endm

	.globl _start
_start:
	/* At the start: all zero but RSP, FCW and MXCSR as the psABI says, flags of ring 3. */
	mov %rax, saved(%rip)
	pushfq
	pop flags(%rip)
	.irp register, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	or %\register, %rax
	.endr
	FAIL_UNLESS z, 1
	test $15, %rsp
	FAIL_UNLESS z, 2
	fnstcw saved(%rip)
	cmpw $0x37f, saved(%rip)
	FAIL_UNLESS e, 3
	stmxcsr saved(%rip)
	cmpl $0x1f80, saved(%rip)
	FAIL_UNLESS e, 4
	cmpq $0x202, flags(%rip)
	FAIL_UNLESS e, 5
	mov %ds, %eax
	mov %es, %ecx
	or %ecx, %eax
	mov %fs, %ecx
	or %ecx, %eax
	mov %gs, %ecx
	or %ecx, %eax
	FAIL_UNLESS z, 6
	mov %cs, %eax
	cmp $0x33, %eax
	FAIL_UNLESS e, 7
	mov %ss, %eax
	cmp $0x2b, %eax
	FAIL_UNLESS e, 8
	pxor %xmm0, %xmm0
	por %xmm1, %xmm0
	por %xmm15, %xmm0
	movq %xmm0, %rax
	test %rax, %rax
	FAIL_UNLESS z, 9

	/* Around three system calls: one that is none, one that asks the host, one that maps. */
	mov $999, %eax
	call one
	mov $__NR_lseek, %eax
	call one
	mov $__NR_brk, %eax
	call one
	/* Again with all flags that a program may set. */
	movq $0x2448d5, flags(%rip) /* all but TF and DF */
	mov $__NR_brk, %eax
	call one
	movq $0x400, flags(%rip) /* DF: the kernel's string instructions must not run backwards */
	mov $__NR_open, %eax
	call one

	mov $__NR_exit, %eax
	xor %edi, %edi
	syscall

one:	/* System call EAX with a mark in each register. */
	mov $0x1111111111111111, %rbx
	mov $0x2222222222222222, %rbp
	mov $0x3333333333333333, %r12
	mov $0x4444444444444444, %r13
	mov $0x5555555555555555, %r14
	mov $0x6666666666666666, %r15
	mov $3, %rdi
	cmp $__NR_open, %eax
	jne 1f
	lea path(%rip), %rdi
1:	mov %rdi, saved(%rip)
	mov $0, %rsi
	mov $1, %rdx
	mov $0x7777777777777777, %r10
	mov $0x8888888888888888, %r8
	mov $0x9999999999999999, %r9
	movq %rbx, %xmm0
	movq %rbp, %xmm7
	movq %r12, %xmm15
	mov %rsp, saved + 8(%rip)
	push flags(%rip)
	popfq
	syscall
after:	mov %rcx, saved + 16(%rip)
	mov %r11, saved + 24(%rip)
	pushfq
	pop %r11
	push $2
	popfq
	/* Flags are what they were, AC too; bit 1 and IF are always set. kvm_pvm loses NT. */
	mov flags(%rip), %rcx
	or $0x202, %rcx
	xor %rcx, %r11
	and $~0x4000, %r11
	FAIL_UNLESS z, 20
	/* RCX and R11 tell where the program is and its flags, nothing else. */
	cmp saved + 24(%rip), %rcx
	FAIL_UNLESS e, 18
	lea after(%rip), %rcx
	cmp saved + 16(%rip), %rcx
	FAIL_UNLESS e, 19
	cmp %rsp, saved + 8(%rip)
	FAIL_UNLESS e, 21
	cmp %rdi, saved(%rip)
	FAIL_UNLESS e, 22
	test %rsi, %rsi
	FAIL_UNLESS z, 23
	cmp $1, %rdx
	FAIL_UNLESS e, 24
	mov $0x1111111111111111, %rcx
	cmp %rcx, %rbx
	FAIL_UNLESS e, 25
	mov $0x2222222222222222, %rcx
	cmp %rcx, %rbp
	FAIL_UNLESS e, 26
	mov $0x3333333333333333, %rcx
	cmp %rcx, %r12
	FAIL_UNLESS e, 27
	mov $0x4444444444444444, %rcx
	cmp %rcx, %r13
	FAIL_UNLESS e, 28
	mov $0x5555555555555555, %rcx
	cmp %rcx, %r14
	FAIL_UNLESS e, 29
	mov $0x6666666666666666, %rcx
	cmp %rcx, %r15
	FAIL_UNLESS e, 30
	mov $0x7777777777777777, %rcx
	cmp %rcx, %r10
	FAIL_UNLESS e, 31
	mov $0x8888888888888888, %rcx
	cmp %rcx, %r8
	FAIL_UNLESS e, 32
	mov $0x9999999999999999, %rcx
	cmp %rcx, %r9
	FAIL_UNLESS e, 33
	movq %xmm0, %rcx
	cmp %rcx, %rbx
	FAIL_UNLESS e, 34
	movq %xmm7, %rcx
	cmp %rcx, %rbp
	FAIL_UNLESS e, 35
	movq %xmm15, %rcx
	cmp %rcx, %r12
	FAIL_UNLESS e, 36
	ret

fail:	mov $__NR_exit, %eax
	syscall

	.section .rodata
path:	.asciz "/etc/os-release"
	.section .bss
	.balign 16
saved:	.skip 32
flags:	.skip 8

	.section .note.GNU-stack, "", @progbits
