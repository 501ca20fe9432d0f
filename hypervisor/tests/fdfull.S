/* SPDX-License-Identifier: MIT */
/*
 * A kernel that opens until it has all of its fds, 256 with those that it starts
 * with, then stats what needs one of the host's. Exits with 0, or the number of the
 * check that failed.
 */
#include "flat.inc"

	.globl _start
_start:
	mov $0x1ff000, %esp
	xor %ebx, %ebx
1:	mov $path, %eax
	HYPERCALL PORT_OPEN
	test %eax, %eax
	js 2f
	mov %eax, %ebx
	jmp 1b
2:	cmp $-24, %eax /* -EMFILE */
	MUST e, 1
	cmp $255, %ebx
	MUST e, 2
	mov $block, %eax
	HYPERCALL PORT_STAT
	test %eax, %eax
	MUST e, 3
	EXIT 0

path:	.asciz "/"
	.balign 8
block:	.quad path, 0, 0, result
result:	.skip 144 /* struct hc_stat_result */
