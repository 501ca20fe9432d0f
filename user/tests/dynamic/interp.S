/* SPDX-License-Identifier: MIT */
/* Where an interpreter starts: what the program finds in the end is as it was at the start. */
	.globl _start
_start:
	mov %rsp, %rbx
	mov %rsp, %rdi
	call interpret /* RSP was 16-byte aligned, as a call wants it */
	mov %rbx, %rsp
	xor %edx, %edx /* nothing to be called at exit: x86-64 psABI 3.4.1 */
	jmp *%rax

	.section .note.GNU-stack, "", @progbits
