/* SPDX-License-Identifier: MIT */
/* The article's second program: 64-bit mode, "ABCD123" and a newline to the byte console, hlt. */
	.globl _start
_start:
	lea text(%rip), %rsi
	mov $8, %ecx
	mov $0x217, %dx
1:	lodsb
	out %al, %dx
	loop 1b
	hlt
text:	.ascii "ABCD123\n"
