/* SPDX-License-Identifier: MIT */
/*
 * A kernel that was given one file of --output, and tries to write to others, or to do more
 * with it than write and empty it. Exits with 0, or the number of the check that failed.
 * The file holds "text" and, at 16, "x" at the end.
 */
#include "flat.inc"

#define OUTPUT_COUNT 248 /* boot_info.output_count */
#define OUTPUTS	     256 /* boot_info.outputs */

	.macro TRANSFER port, fd, bytes=4, buffer=text
	mov $\fd, %rax
	mov %rax, block
	movq $\buffer, block + 8
	movq $\bytes, block + 16
	mov $block, %eax
	HYPERCALL \port
	.endm

	.macro LSEEK64 fd, offset, whence
	movq $\fd, block
	mov $\offset, %rax
	mov %rax, block + 8
	movq $\whence, block + 16
	movq $-1, block + 24
	mov $block, %eax
	HYPERCALL PORT_LSEEK64
	.endm

	.macro OPEN_OUTPUT
	mov %ebp, %eax
	HYPERCALL PORT_OPEN
	.endm

	.macro SIZE_IS bytes, number
	LSEEK64 253, 0, 2
	cmpq $\bytes, block + 24
	MUST e, \number
	.endm

	.globl _start
_start:
	mov $0x1ff000, %esp
	cmpq $1, OUTPUT_COUNT(%r9)
	MUST e, 1
	mov OUTPUTS(%r9), %rbp

	/* It can be written to from the start, and is empty. */
	SIZE_IS 0, 2
	TRANSFER PORT_WRITE, 253
	IS 4, 3
	SIZE_IS 4, 4

	/* Nothing else that is open or isn't. */
	TRANSFER PORT_WRITE, 252
	IS -9, 5
	TRANSFER PORT_WRITE, 254
	IS -9, 6
	TRANSFER PORT_WRITE, 255
	IS -9, 7
	TRANSFER PORT_WRITE, 0x1000000fd
	IS -9, 8
	TRANSFER PORT_WRITE, -3
	IS -9, 9
	TRANSFER PORT_READDIR, 253
	IS -20, 10
	TRANSFER PORT_WRITE, 253, 4, 0x7fffffff
	IS -14, 11
	LSEEK64 253, -1, 0
	IS -22, 12
	LSEEK64 253, 0x7fffffffffffffff, 2
	test %eax, %eax
	MUST s, 13

	/* Its path elsewhere is a file of the host's, for reading. */
	mov %ebp, %esi
	mov $copy, %edi
3:	lodsb
	stosb
	test %al, %al
	jnz 3b
	mov $copy, %eax
	HYPERCALL PORT_OPEN
	IS 3, 14
	TRANSFER PORT_WRITE, 3
	IS -9, 15
	SIZE_IS 4, 16
	lea 1(%ebp), %eax /* not to be found */
	HYPERCALL PORT_OPEN
	IS -2, 17
	SIZE_IS 4, 18

	/* What lies at its address doesn't matter, as long as it is a path. */
	movl $0x6374652f, (%rbp) /* "/etc/fstab" */
	movl $0x7473662f, 4(%rbp)
	movl $0x6261, 8(%rbp)
	OPEN_OUTPUT
	IS 253, 19
	SIZE_IS 0, 20
	TRANSFER PORT_WRITE, 253
	IS 4, 21

	/* It can't be closed, nor replaced when all other fds are taken. */
	mov $253, %eax
	HYPERCALL PORT_CLOSE
	IS 0, 22
	TRANSFER PORT_WRITE, 253
	IS 4, 23
1:	mov $root, %eax
	HYPERCALL PORT_OPEN
	test %eax, %eax
	js 2f
	cmp $253, %eax
	MUST ne, 24
	jmp 1b
2:	IS -24, 25
	OPEN_OUTPUT
	IS 253, 26
	SIZE_IS 0, 27
	LSEEK64 253, 0, 0
	IS 0, 28
	TRANSFER PORT_WRITE, 253
	IS 4, 29
	LSEEK64 253, 16, 0
	IS 0, 30
	TRANSFER PORT_WRITE, 253, 1, x
	IS 1, 31
	TRANSFER PORT_WRITE, 255
	IS -9, 32
	EXIT 0

text:	.ascii "text"
x:	.ascii "x"
root:	.asciz "/"
	.balign 8
block:	.quad 0, 0, 0, 0
copy:	.skip 4096
