/* SPDX-License-Identifier: MIT */
/*
 * A kernel that tries each hypercall with good and with hostile arguments,
 * on 4 MiB of memory. Exits with 0, or the number of the check that failed.
 */
#include "flat.inc"

#define END 0x400000

	.macro TRANSFER port, fd, buffer, bytes
	mov $\fd, %rax
	mov %rax, block
	mov $\buffer, %rax
	mov %rax, block + 8
	mov $\bytes, %rax
	mov %rax, block + 16
	mov $block, %eax
	HYPERCALL \port
	.endm

	.macro LSEEK fd, offset, whence
	movl $\fd, block
	movl $\offset, block + 4
	movl $\whence, block + 8
	mov $block, %eax
	HYPERCALL PORT_LSEEK
	.endm

	.macro LSEEK64 fd, offset, whence
	mov $\fd, %rax
	mov %rax, block
	mov $\offset, %rax
	mov %rax, block + 8
	mov $\whence, %rax
	mov %rax, block + 16
	movq $-1, block + 24
	mov $block, %eax
	HYPERCALL PORT_LSEEK64
	.endm

	.globl _start
_start:
	/* Map memory up to its end. */
	movq $0x200083, 0x1f9008
	mov $0x1ff000, %esp

	/* open */
	OPEN path_ten
	IS 3, 1
	OPEN path_ten
	IS 4, 2
	OPEN path_none
	IS -2, 3
	OPEN path_directory
	IS 5, 4
	mov $5, %eax
	HYPERCALL PORT_CLOSE
	OPEN path_fifo
	IS -13, 5
	OPEN path_kvm
	IS -13, 6
	OPEN path_mem
	IS -13, 7
	OPEN END /* outside */
	IS -14, 8
	mov $-1, %eax
	HYPERCALL PORT_OPEN
	IS -14, 9
	movl $0x61616161, END - 4 /* no end before the end of memory */
	OPEN (END - 4)
	IS -14, 10
	movb $0, END - 1
	OPEN (END - 4)
	IS -2, 11
	mov $0x300000, %edi /* 4096 bytes with no end */
	mov $'a', %al
	mov $4096, %ecx
	rep stosb
	OPEN 0x300000
	IS -36, 12

	movb $0, 0x300fff /* a name of 4095 */
	OPEN 0x300000
	IS -36, 13
	mov $0x300000, %edi
	mov $'/', %al
	mov $4095, %ecx
	rep stosb
	OPEN 0x300000 /* as long as can be, of / alone */
	IS 5, 14
	mov $5, %eax
	HYPERCALL PORT_CLOSE
	OPEN path_empty
	IS -2, 15
	OPEN path_loop
	IS -40, 16
	OPEN path_below
	IS -20, 17
	OPEN path_maps
	IS -13, 18
	OPEN path_sys
	IS -13, 19
	/* No link of /proc's to a file that is open, nor to another way in. */
	mov $'0', %ebx
1:	movb %bl, path_fd_digit
	OPEN path_fd
	test %eax, %eax
	MUST s, 82
	movb %bl, path_dev_digit
	OPEN path_dev
	test %eax, %eax
	MUST s, 83
	inc %ebx
	cmp $'9', %ebx
	jbe 1b
	OPEN path_exe
	IS -40, 84
	OPEN path_cwd
	IS -40, 85
	OPEN path_root
	IS -40, 86
	OPEN path_stdin
	test %eax, %eax
	MUST s, 87

	/* read */
	TRANSFER PORT_READ, 3, buffer, 5
	IS 5, 20
	cmpl $0x33323130, buffer
	MUST e, 21
	TRANSFER PORT_READ, 3, (END - 5), 5 /* up to the last byte of memory */
	IS 5, 22
	cmpb $'\n', END - 1
	MUST e, 23
	TRANSFER PORT_READ, 3, buffer, 5
	IS 0, 24
	TRANSFER PORT_READ, 4, (END - 4), 5
	IS -14, 25
	TRANSFER PORT_READ, 4, END, 0 /* nothing, at the end */
	IS 0, 26
	TRANSFER PORT_READ, 4, (END + 1), 0
	IS -14, 27
	TRANSFER PORT_READ, 4, buffer, -1
	IS -14, 28
	TRANSFER PORT_READ, 4, -4, 8 /* address + length wraps */
	IS -14, 29
	TRANSFER PORT_READ, 4, buffer, 0x8000000000000000
	IS -14, 30
	TRANSFER PORT_READ, 99, buffer, 5
	IS -9, 31
	TRANSFER PORT_READ, 256, buffer, 5
	IS -9, 32
	TRANSFER PORT_READ, 0x100000004, buffer, 5 /* not fd 4 */
	IS -9, 33
	TRANSFER PORT_READ, -1, buffer, 5
	IS -9, 34
	/* The block's last byte is outside; its first byte; it is misaligned. */
	mov $END - 23, %eax
	HYPERCALL PORT_READ
	IS -14, 35
	mov $0xffffffff, %eax
	HYPERCALL PORT_READ
	IS -14, 36
	movq $4, 0x300001
	movq $buffer, 0x300009
	movq $1, 0x300011
	mov $0x300001, %eax
	HYPERCALL PORT_READ
	IS 1, 37

	/* Over its own block, which was copied before. */
	LSEEK 4, 0, 0
	TRANSFER PORT_READ, 4, block, 24
	IS 10, 38
	TRANSFER PORT_READ, 4, (END + 1), 0
	IS -14, 39

	/* write */
	TRANSFER PORT_WRITE, 1, hello, 6
	IS 6, 40
	TRANSFER PORT_WRITE, 0x100000001, hello, 6 /* not fd 1 */
	IS -9, 41
	TRANSFER PORT_WRITE, 1, (END - 1), 2
	IS -14, 42
	TRANSFER PORT_WRITE, 4, hello, 6 /* open for reading alone */
	IS -9, 43

	TRANSFER PORT_WRITE, 1, -1, 0
	IS -14, 44
	TRANSFER PORT_WRITE, 1, hello, 0x100000006
	IS -14, 45
	TRANSFER PORT_WRITE, 1, 0x100000000, 1 /* not address 0 */
	IS -14, 46

	/* lseek */
	LSEEK 4, 0, 2
	IS 10, 50
	LSEEK 4, -3, 1
	IS 7, 51
	LSEEK 4, -8, 1
	IS -22, 52
	LSEEK 4, 0, 3
	IS -22, 53
	LSEEK 99, 0, 0
	IS -9, 54
	mov $END - 11, %eax
	HYPERCALL PORT_LSEEK
	IS -14, 55
	LSEEK64 4, 0x123456789, 0
	IS 0, 56
	mov block + 24, %rax
	movabs $0x123456789, %rcx
	cmp %rcx, %rax
	MUST e, 57
	LSEEK 4, 0, 1 /* doesn't fit 31 bits */
	IS -75, 58
	LSEEK 4, 0x7fffffff, 0
	IS 0x7fffffff, 59
	LSEEK 4, 1, 1
	IS -75, 60
	LSEEK 4, 0, 1 /* and so it didn't move */
	IS 0x7fffffff, 61
	LSEEK64 4, -1, 0
	IS -22, 62
	LSEEK64 0x100000004, 0, 0
	IS -9, 63
	LSEEK64 4, 0, 0x100000000
	IS -22, 64
	LSEEK64 4, -11, 2
	IS -22, 66
	LSEEK64 4, 0x8000000000000000, 0
	IS -22, 67
	LSEEK64 4, 0, -1
	IS -22, 68
	LSEEK 4, 0x80000000, 0
	IS -22, 69
	mov $END - 31, %eax
	HYPERCALL PORT_LSEEK64
	IS -14, 65

	/* close */
	mov $3, %eax
	HYPERCALL PORT_CLOSE
	IS 0, 70
	mov $3, %eax
	HYPERCALL PORT_CLOSE
	IS -9, 71
	mov $256, %eax
	HYPERCALL PORT_CLOSE
	IS -9, 72
	mov $-1, %eax
	HYPERCALL PORT_CLOSE
	IS -9, 73
	OPEN path_ten
	IS 3, 74
	/* The table has 256 places. */
	mov $5, %ebx
1:	OPEN path_ten
	cmp %ebx, %eax
	MUST e, 75
	inc %ebx
	cmp $256, %ebx
	jb 1b
	OPEN path_ten
	IS -24, 76

	/* Ports that are not there yet. */
	mov $1, %eax
	HYPERCALL 0x80fe
	IS -38, 80
	HYPERCALL 0x80ff
	IS -38, 81

	/*
	 * The result at once, and on at RCX, which isn't behind the `in`: 32 bits of it in RAX,
	 * and no other register but RIP is changed.
	 */
	mov $-1, %rax
	mov %rax, %rbx
	mov %rax, %rdi
	mov %rax, %rbp
	mov %rax, %r8
	mov %rax, %r15
	OUT_AT_ONCE PORT_CLOSE, 2f
	in %dx, %eax
	EXIT 90
2:	mov $-9, %r9d
	cmp %r9, %rax
	MUST e, 91
	cmp $2b, %rcx
	MUST e, 92
	mov $HC_RESULT_AT_ONCE, %r9
	cmp %r9, %rsi
	MUST e, 93
	cmp $PORT_CLOSE, %rdx
	MUST e, 94
	cmp $0x1ff000, %rsp
	MUST e, 95
	and %rbx, %rdi
	and %rbp, %r8
	and %r8, %r15
	and %rdi, %r15
	cmp $-1, %r15
	MUST e, 96
	/* A port that isn't there, and on at a lower address. */
	jmp 4f
3:	IS -38, 97
	jmp 5f
4:	OUT_AT_ONCE 0x80fe, 3b
	EXIT 98
6:	EXIT 99
	/* Not at 6: RSI must be all 64 bits of it. */
5:	mov $6b, %rcx
	mov $HC_RESULT_AT_ONCE & 0xffffffff, %esi
	mov $-1, %eax
	HYPERCALL PORT_CLOSE
	IS -9, 100
	/* Nor by the console, which has no result, */
	mov $'x', %eax
	OUT_AT_ONCE PORT_CONSOLE, 6b, %al
	IS 'x', 101
	/* also while a call has one that waits; nor by the `in`. */
	xor %esi, %esi
	mov $-1, %eax
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $'\n', %eax
	OUT_AT_ONCE PORT_CONSOLE, 6b, %al
	IS '\n', 102
	mov $PORT_CLOSE, %edx
	in %dx, %eax
	IS -9, 103

	/* The end needs no result fetched. */
	xor %esi, %esi
	mov $3, %eax
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	EXIT 0
	hlt

path_ten:	.asciz "tests/files/ten"
path_none:	.asciz "tests/files/none"
path_directory:	.asciz "tests/files"
path_fifo:	.asciz "tests/files/fifo"
path_kvm:	.asciz "/dev/kvm"
path_mem:	.asciz "/proc/self/mem"
path_loop:	.asciz "tests/files/loop"
path_below:	.asciz "tests/files/ten/x"
path_maps:	.asciz "/proc/self/maps"
path_sys:	.asciz "/sys/kernel/notes"
path_exe:	.asciz "/proc/self/exe"
path_cwd:	.asciz "/proc/self/cwd/tests/files/ten"
path_root:	.asciz "/proc/self/root/etc/os-release"
path_stdin:	.asciz "/dev/stdin"
path_fd:	.ascii "/proc/self/fd/"
path_fd_digit:	.asciz "0"
path_dev:	.ascii "/dev/fd/"
path_dev_digit:	.byte '0'
path_empty:	.byte 0
hello:		.ascii "hello\n"
	.balign 16
block:	.skip 32
buffer:	.skip 16
