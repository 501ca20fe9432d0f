/* SPDX-License-Identifier: MIT */
/*
 * The article's first program, byte for byte as its C string has it: real mode,
 * "a" and a newline to the byte console, hlt.
 */
	.code16
	.globl _start
_start:
	mov $'a', %al
	mov $0x217, %dx
	out %al, %dx
	mov $'\n', %al
	out %al, %dx
	hlt
