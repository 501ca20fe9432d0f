/* SPDX-License-Identifier: MIT */
/*
 * Exercise 3: a flat kernel that asks the host for the time, by PORT_CLOCK.
 * Its status: 38 (ENOSYS) if abi.h has no such port or the host none, the
 * number of the check that failed, or 7.
 */
#include "../../hypervisor/tests/flat.inc"

#define END	 0x400000   /* of memory */
#define SOME_TIME 1538438400 /* 2 October 2018, in seconds since 1970 */

	.globl _start
_start:
#ifndef PORT_CLOCK
	EXIT 38
#else
	/* What it must not take for a time of its own. */
	movq $-1, first
	movq $-1, first + 8
	mov $first, %eax
	HYPERCALL PORT_CLOCK
	cmp $-38, %eax
	MUST ne, 38
	test %eax, %eax
	MUST z, 1
	cmpq $SOME_TIME, first
	MUST g, 2
	cmpq $1000000000, first + 8
	MUST b, 3
	/* Nothing beside the block. */
	cmpq $0x5a5a5a5a, behind
	MUST e, 4

	/* Time goes on: a sleep of 20 ms, then the seconds and nanoseconds are later. */
	mov $20000, %eax
	HYPERCALL PORT_SLEEP
	mov $second, %eax
	HYPERCALL PORT_CLOCK
	test %eax, %eax
	MUST z, 5
	imul $1000000000, first, %rax
	add first + 8, %rax
	imul $1000000000, second, %rbx
	add second + 8, %rbx
	cmp %rax, %rbx
	MUST a, 6

	/* A block that ends outside of memory, one that lies there, one that wraps: -EFAULT. */
	mov $END - 8, %eax
	HYPERCALL PORT_CLOCK
	cmp $-14, %eax
	MUST e, 8
	mov $END, %eax
	HYPERCALL PORT_CLOCK
	cmp $-14, %eax
	MUST e, 9
	mov $-8, %eax
	HYPERCALL PORT_CLOCK
	cmp $-14, %eax
	MUST e, 10
	EXIT 7
#endif
	hlt

	.balign 8
first:	.quad 0, 0
behind:	.quad 0x5a5a5a5a
second:	.quad 0, 0
