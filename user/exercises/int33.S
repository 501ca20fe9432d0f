/* SPDX-License-Identifier: MIT */
/*
 * Exercise 4: system calls by `int $33`. Its status: 7 if all was right, else
 * the number of the check that failed. Where nothing handles vector 33, SIGSEGV.
 */
#include <asm/unistd_64.h>

	/* Goes on if the condition holds. */
	.macro MUST condition, number
	j\condition 9f
	mov $\number, %edi
	jmp leave
9:
	.endm

	.globl _start
_start:
	/* Unlike `syscall` it leaves RCX and R11 alone, and all other registers. */
	mov $__NR_write, %eax
	mov $1, %edi
	lea text(%rip), %rsi
	mov $text_end - text, %edx
	mov $0x1234, %ecx
	mov $0x5678, %r11d
	mov $0x9abc, %ebx
	mov %rsp, %rbp
	int $33
	cmp $text_end - text, %rax
	MUST e, 1
	cmp $0x1234, %rcx
	MUST e, 2
	cmp $0x5678, %r11
	MUST e, 3
	cmp $0x9abc, %rbx
	MUST e, 4
	cmp %rsp, %rbp
	MUST e, 5
	cmp $1, %rdi
	MUST e, 6

	/* An error is a negative errno, of 64 bits. */
	mov $__NR_close, %eax
	mov $-1, %edi
	int $33
	cmp $-9, %rax /* EBADF */
	MUST e, 8

	/* Numbers that no call has, far away ones as well: -ENOSYS. */
	mov $100000, %eax
	int $33
	cmp $-38, %rax
	MUST e, 9
	mov $-1, %rax
	int $33
	cmp $-38, %rax
	MUST e, 10

	/* `syscall` still works. */
	mov $__NR_getpid, %eax
	syscall
	test %rax, %rax
	MUST g, 11
	mov $7, %edi
leave:	mov $__NR_exit_group, %eax
	syscall

text:	.ascii "by int $33\n"
text_end:

	.section .note.GNU-stack, "", @progbits
