/* SPDX-License-Identifier: MIT */
/*
 * A kernel that would rather leave neither a trace nor a core: it closes both files, opens others
 * that might get their numbers, and panics.
 */
#include "flat.inc"

	.globl _start
_start:
	mov $0x1ff000, %esp
	mov $255, %eax
	HYPERCALL PORT_CLOSE
	mov $254, %eax
	HYPERCALL PORT_CLOSE
	mov $8, %ebx
1:	mov $root, %eax
	HYPERCALL PORT_OPEN
	dec %ebx
	jnz 1b
	mov $message, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx

root:	.asciz "/"
message: .asciz "unclosed"
