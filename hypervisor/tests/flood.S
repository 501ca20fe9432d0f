/* SPDX-License-Identifier: MIT */
/*
 * A kernel that wants the host's memory: writes to each page of its own 4
 * MiB, opens files until no more are to be had, then makes calls for ever,
 * with and without success.
 */
#include "flat.inc"

#define END 0x400000

	.globl _start
_start:
	movq $0x200083, BOOT_PD + 8
	xor %edi, %edi
1:	lock incb 0xfff(%rdi)
	add $0x1000, %edi
	cmp $END, %edi
	jb 1b

2:	OPEN path_ten
	test %eax, %eax
	jns 2b

3:	OPEN path_ten /* no place */
	mov $200, %eax
	HYPERCALL PORT_CLOSE
	OPEN path_fifo
	OPEN path_directory /* in the place of 200 */
	mov $200, %eax
	HYPERCALL PORT_CLOSE
	OPEN path_none
	OPEN path_mem
	OPEN END
	OPEN path_ten /* in the place of 200 */
	mov $block_read, %eax
	HYPERCALL PORT_READ
	mov $block_write, %eax
	HYPERCALL PORT_WRITE
	mov $block_wild, %eax
	HYPERCALL PORT_WRITE
	mov $END, %eax
	HYPERCALL PORT_LSEEK64
	mov $block_entries, %eax
	HYPERCALL PORT_READDIR
	mov $block_pread, %eax
	HYPERCALL PORT_PREAD
	mov $block_stat, %eax
	HYPERCALL PORT_STAT
	mov $block_stat_mem, %eax
	HYPERCALL PORT_STAT
	mov $block_link, %eax
	HYPERCALL PORT_READLINK
	mov $block_no_link, %eax
	HYPERCALL PORT_READLINK
	mov $0, %eax
	HYPERCALL PORT_SLEEP
	HYPERCALL PORT_LAST
	mov $PORT_CONSOLE, %edx
	out %al, %dx
	jmp 3b

path_ten:	.asciz "tests/files/ten"
path_fifo:	.asciz "tests/files/fifo"
path_loop:	.asciz "tests/files/loop"
path_directory:	.asciz "tests/files"
path_none:	.asciz "tests/files/none"
path_mem:	.asciz "/proc/self/mem"
	.balign 8
block_read:	.quad 200, 0x200000, 0x100000
block_write:	.quad 1, 0x200000, 0x100000
block_wild:	.quad 1, -1, -1
block_entries:	.quad 200, 0x200000, 0x100000
block_pread:	.quad 200, 0x200000, 0x100000, 0
block_stat:	.quad path_fifo, 0, 0, 0x200000
block_stat_mem:	.quad path_mem, 0, 0, 0x200000
block_link:	.quad path_loop, 0x200000, 0x100000
block_no_link:	.quad path_fifo, 0x200000, 0x100000
