/* SPDX-License-Identifier: MIT */
/*
 * A kernel that computes in one half of each tick of the host's, 4 ms, and
 * sleeps in the other, for ever. Its argument is a digit, where in a tick it
 * begins, in eighths: in one of them the host's tick never finds it running.
 */
#include "flat.inc"

#define TSC_KHZ 96 /* in struct boot_info; hypervisor_test.c */

	.globl _start
_start:
	mov 8(%rsp), %rsi
	movzbl (%rsi), %r13d
	sub $'0', %r13d
	mov TSC_KHZ(%r9), %rbx
	lea (, %rbx, 4), %r12	/* a tick, */
	imul %r12, %r13
	shr $3, %r13		/* where it begins, */
	mov %r12, %r14
	shr $1, %r14		/* half of it, in counts of the TSC */
next:	call now
	mov %rax, %rcx
	sub %r13, %rax
	xor %edx, %edx
	div %r12		/* RDX: how far this tick is */
	cmp %r14, %rdx
	jae sleep
	sub %rdx, %rcx
	add %r14, %rcx
1:	call now
	cmp %rcx, %rax
	jb 1b
	jmp next
sleep:	mov %r12, %rax
	sub %rdx, %rax
	imul $1000, %rax
	xor %edx, %edx
	div %rbx		/* microseconds that are left of it */
	HYPERCALL PORT_SLEEP
	jmp next

/* The TSC to RAX. Changes RDX. */
now:	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	ret
