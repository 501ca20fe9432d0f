/* SPDX-License-Identifier: MIT */
/*
 * A kernel that writes a core of a program's, of X's up to where the machine's has memory of
 * zeros, and panics then.
 */
#include "flat.inc"

	.globl _start
_start:
	mov $0x1ff000, %esp
	mov $8, %ebx
1:	mov $block, %eax
	HYPERCALL PORT_WRITE
	IS 0x1000, 1
	dec %ebx
	jnz 1b
	mov $message, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx

	.balign 8
block:	.quad 254, pages, 0x1000
message: .asciz "recore"
	.balign 4096
pages:	.fill 0x1000, 1, 'X'
