/* SPDX-License-Identifier: MIT */
/*
 * A kernel that asks for directories, for what files are and for bytes at an
 * offset, with good and with hostile arguments, on 4 MiB of memory. Exits with
 * 0, or the number of the check that failed.
 */
#include "flat.inc"

#define END    0x400000
#define LINK   1 /* HC_STAT_LINK */
#define DT_REG 8
#define RESULT 144 /* bytes of struct hc_stat_result */

/* The block's words, then the call. */
	.macro CALL port, first, second, third, fourth=0
	movabs $\first, %rax
	mov %rax, block
	mov $\second, %rax
	mov %rax, block + 8
	mov $\third, %rax
	mov %rax, block + 16
	mov $\fourth, %rax
	mov %rax, block + 24
	mov $block, %eax
	HYPERCALL \port
	.endm

	.macro STAT path, fd=0, flags=0, buffer=buffer
	CALL PORT_STAT, \path, \fd, \flags, \buffer
	.endm

/* An object of st_mode and the type that it has. */
	.macro MODE_IS type, number
	mov buffer + 16, %rax
	and $0170000, %eax
	IS \type, \number
	.endm

	.globl _start
_start:
	/* Map memory up to its end. */
	movq $0x200083, 0x1f9008
	mov $0x1ff000, %esp

	/* stat */
	STAT path_ten
	IS 0, 1
	MODE_IS 0100000, 2
	cmpq $10, buffer + 56 /* size */
	MUST e, 3
	mov buffer + 8, %r12 /* ino */
	STAT path_fifo
	IS 0, 4
	MODE_IS 0010000, 5
	STAT path_loop
	IS -40, 6
	STAT path=path_loop, flags=LINK
	IS 0, 7
	MODE_IS 0120000, 8
	cmpq $4, buffer + 56
	MUST e, 9
	STAT path_kvm /* a device that may not be opened */
	IS 0, 10
	MODE_IS 0020000, 11
	STAT path_mem
	IS -13, 12
	STAT path_proc
	IS -13, 13
	STAT path_exe
	IS -40, 14
	STAT path=path_exe, flags=LINK
	IS -13, 15
	STAT path_below
	IS -20, 16
	STAT path_empty
	IS -2, 17
	STAT path=path_ten, flags=2
	IS -22, 18
	STAT path=path_ten, flags=0x100000000
	IS -22, 19
	STAT path=path_ten, buffer=(END - RESULT)
	IS 0, 20
	STAT path=path_ten, buffer=(END - RESULT + 1)
	IS -14, 21
	STAT path=path_ten, buffer=(-RESULT)
	IS -14, 22
	STAT END
	IS -14, 23
	STAT (path_ten + 0x100000000)
	IS -14, 24
	STAT 0, 1
	IS 0, 25
	STAT 0, 99
	IS -9, 26
	STAT 0, 0x100000001
	IS -9, 27
	/* The result over its own block, which was copied before. */
	STAT path=path_ten, buffer=block
	IS 0, 28
	cmp block + 8, %r12
	MUST e, 29
	/* A block of which a byte is outside. */
	mov $END - 31, %eax
	HYPERCALL PORT_STAT
	IS -14, 30
	/* A path with no end. */
	movl $0x61616161, END - 4
	STAT (END - 4)
	IS -14, 31

	/* readlink */
	CALL PORT_READLINK, path_loop, buffer, 100
	IS 4, 40
	cmpl $0x706f6f6c, buffer /* "loop" */
	MUST e, 41
	movl $0, buffer
	CALL PORT_READLINK, path_loop, buffer, 3
	IS 3, 42
	cmpl $0x6f6f6c, buffer
	MUST e, 43
	CALL PORT_READLINK, path_loop, buffer, 0
	IS -22, 44
	CALL PORT_READLINK, path_ten, buffer, 100
	IS -22, 45
	CALL PORT_READLINK, path_exe, buffer, 100
	IS -13, 46
	CALL PORT_READLINK, path_fd, buffer, 100
	IS -13, 47
	CALL PORT_READLINK, path_loop, (END - 4), 4
	IS 4, 48
	CALL PORT_READLINK, path_loop, (END - 4), 5
	IS -14, 49
	CALL PORT_READLINK, path_loop, buffer, -1
	IS -14, 50
	CALL PORT_READLINK, (END - 1), buffer, 100
	IS -14, 51
	mov $END - 23, %eax
	HYPERCALL PORT_READLINK
	IS -14, 52

	/* readdir */
	OPEN path_files
	IS 3, 60
	CALL PORT_READ, 3, buffer, 100
	IS -21, 61
	CALL PORT_READDIR, 3, buffer, 8 /* no entry fits */
	IS -22, 62
	CALL PORT_READDIR, 3, (END - 0x8000), 0x8000
	cmp $24, %eax
	MUST ge, 63
	/* It has "ten", which is a regular file with the number that stat tells. */
	mov $END - 0x8000, %ebx
	add %ebx, %eax
1:	cmpl $0x6e6574, 19(%rbx)
	je 2f
	movzwl 16(%rbx), %ecx
	cmp $24, %ecx
	MUST ge, 64
	add %ecx, %ebx
	cmp %eax, %ebx
	MUST b, 65
	jmp 1b
2:	cmp (%rbx), %r12
	MUST e, 66
	cmpb $DT_REG, 18(%rbx)
	MUST e, 67
	CALL PORT_READDIR, 3, buffer, 100
	IS 0, 68
	CALL PORT_LSEEK64, 3, 0, 0
	IS 0, 69
	CALL PORT_READDIR, 3, (END - 0x8000), 0x8000
	cmp $24, %eax
	MUST ge, 70
	CALL PORT_READDIR, 3, (END - 0x8000), 0x8001
	IS -14, 71
	CALL PORT_READDIR, 3, buffer, -1
	IS -14, 72
	CALL PORT_READDIR, 4, buffer, 100
	IS -9, 73
	CALL PORT_READDIR, 0x100000003, buffer, 100
	IS -9, 74
	OPEN path_ten
	IS 4, 75
	CALL PORT_READDIR, 4, buffer, 100
	IS -20, 76
	OPEN path_proc
	IS -13, 77

	/* pread */
	CALL PORT_PREAD, 4, buffer, 4, 6
	IS 4, 80
	cmpl $0x0a383736, buffer
	MUST e, 81
	CALL PORT_PREAD, 4, buffer, 4, 10
	IS 0, 82
	CALL PORT_PREAD, 4, buffer, 4, -1
	IS -22, 83
	CALL PORT_PREAD, 4, buffer, 4, 0x8000000000000000
	IS -22, 84
	CALL PORT_PREAD, 4, (END - 4), 4, 0
	IS 4, 85
	CALL PORT_PREAD, 4, (END - 4), 5, 0
	IS -14, 86
	CALL PORT_PREAD, 4, buffer, -1, 0
	IS -14, 87
	CALL PORT_PREAD, 0x100000004, buffer, 4, 0
	IS -9, 88
	CALL PORT_PREAD, 3, buffer, 4, 0
	IS -21, 89
	CALL PORT_READ, 4, buffer, 4 /* from the start, all the same */
	IS 4, 90
	cmpl $0x33323130, buffer
	MUST e, 91
	mov $END - 31, %eax
	HYPERCALL PORT_PREAD
	IS -14, 92

	/* Directories have places among the 256. */
	mov $5, %ebx
1:	OPEN path_files
	cmp %ebx, %eax
	MUST e, 100
	inc %ebx
	cmp $256, %ebx
	jb 1b
	OPEN path_files
	IS -24, 101
	STAT path_files /* which needs none */
	IS 0, 102
	EXIT 0
	hlt

path_files:	.asciz "tests/files"
path_ten:	.asciz "tests/files/ten"
path_fifo:	.asciz "tests/files/fifo"
path_loop:	.asciz "tests/files/loop"
path_below:	.asciz "tests/files/ten/x"
path_kvm:	.asciz "/dev/kvm"
path_proc:	.asciz "/proc"
path_mem:	.asciz "/proc/self/mem"
path_exe:	.asciz "/proc/self/exe"
path_fd:	.asciz "/proc/self/fd/0"
path_empty:	.byte 0
	.balign 16
block:	.skip 32
	.skip RESULT /* of a result that lies over it */
buffer:	.skip RESULT
