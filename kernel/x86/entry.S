/* SPDX-License-Identifier: MIT */
/*
 * The first instructions, at physical 0 and on the boot page tables. Leaves
 * the identity map for the direct map, takes a stack and calls kmain.
 */
#include "../abi.h"
#include "../layout.h"
#include "pte.h"

	.section .text.entry, "ax"
	.globl _start
_start:
	jmp start
	.balign IMAGE_HEADER
	.quad IMAGE_MAGIC, IMAGE_LARGE_ARGS
start:
	/*
	 * Let the direct map's PML4 slot map what the boot slot does, the low 2 MiB,
	 * but for ring 0 alone. That is enough to go on there; direct_map_init()
	 * replaces it.
	 */
	mov %cr3, %rax
	mov (%rax), %rbx
	and $~PTE_U, %rbx
	mov %rbx, KERNEL_SLOT * 8(%rax)

	/* kmain(free_memory, bytes, boot_stack, magic, boot_info) */
	mov %rsp, %rdx
	mov %r8, %rcx
	mov %r9, %r8
	movabs $high_half, %rax
	jmp *%rax
high_half:
	lea kernel_stack_top(%rip), %rsp
	xor %ebp, %ebp
	call kmain
	ud2 /* kmain does not return */

	.section .note.GNU-stack, "", @progbits
