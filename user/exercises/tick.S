/* SPDX-License-Identifier: MIT */
/*
 * Exercise 5: 16-bit code that waits for three ticks of vector 32, writes a
 * "t" for each to the byte console, and halts. For a guest of 4 KiB.
 */
#define PORT_CONSOLE 0x217
#define VECTOR	     32

	.code16
	.globl _start
_start:
	jmp start
	/* In real mode address 0 has the table of vectors: offset and segment of each. */
	.org VECTOR * 4
	.word tick, 0
	.org 256 * 4
start:
	mov $0x1000, %sp
	mov $3, %cx
	mov $PORT_CONSOLE, %dx
	sti
1:	mov %bx, %si
2:	cmp %bx, %si
	je 2b
	mov $'t', %al
	out %al, %dx
	loop 1b
	mov $'\n', %al
	out %al, %dx
	cli
	hlt

tick:
	inc %bx
	iret
