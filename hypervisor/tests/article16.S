/* SPDX-License-Identifier: MIT */
/* The article's first program: real mode, "a" and a newline to the byte console, hlt. */
	.code16
	.globl _start
_start:
	mov $0x217, %dx
	mov $'a', %al
	out %al, %dx
	mov $'\n', %al
	out %al, %dx
	hlt
