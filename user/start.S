/* SPDX-License-Identifier: MIT */
/* Where a program without a C library starts: calls main(argc, argv, envp), exits with its result. */
#include <asm/unistd_64.h>

	.globl _start
_start:
	mov (%rsp), %rdi
	lea 8(%rsp), %rsi
	lea 8(%rsi,%rdi,8), %rdx
	xor %ebp, %ebp /* the outermost stack frame: x86-64 psABI 3.4.1 */
	call main      /* RSP was 16-byte aligned, as a call wants it */
	mov %eax, %edi
	mov $__NR_exit_group, %eax
	syscall
	ud2

	.section .note.GNU-stack, "", @progbits
