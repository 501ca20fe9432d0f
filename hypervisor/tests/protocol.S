/* SPDX-License-Identifier: MIT */
/*
 * A kernel of the original protocol that checks, line by line, the state it
 * was entered in: by our hypervisor, or by one of that protocol and no more,
 * which leaves R8 zero. Wants two arguments, "arg one" and "", and 4 MiB of
 * memory. Exits with 0, or the number of the check that failed.
 */
#include "flat.inc"

	.globl _start
_start:
	/* Entered at its first byte: else this is another instruction. */
	movl $0x11223344, entered(%rip)
	/* The flags, before any instruction changes them; RSP as it was. */
	mov %rsp, boot_stack(%rip)
	lea stack_top(%rip), %rsp
	pushfq
	cmpq $0x2, (%rsp)
	MUST e, 1
	cmpl $0x11223344, entered(%rip)
	MUST e, 2
	cmp $0x200000, %rdi
	MUST e, 3
	cmp $4 * 1024 * 1024 - 0x200000, %rsi
	MUST e, 4
	/* All other registers are 0, but what KVM's reset leaves in RDX, the CPU's signature. */
	.irp register, rbx, rcx, rbp, r10, r11, r12, r13, r14, r15
	or %\register, %rax
	.endr
	MUST z, 6
	movabs $BOOT_INFO_MAGIC, %rax
	cmp %rax, %r8
	je 1f
	mov %r8, %rax
	or %r9, %rax
	MUST z, 7
	cmp $0x600, %rdx
	MUST e, 8
	jmp 2f
1:	test %rdx, %rdx
	MUST z, 9
2:	mov boot_stack(%rip), %rbp
	/* The image is at 0. */
	lea _start(%rip), %rax
	test %rax, %rax
	MUST z, 5

	/* Control registers and EFER. */
	mov %cr0, %rax
	cmp %rax, cr0(%rip)
	MUST e, 10
	mov %cr4, %rax
	cmp $0x620, %rax /* PAE, OSFXSR, OSXMMEXCPT */
	MUST e, 11
	mov $0xc0000080, %ecx
	rdmsr
	cmp $0x501, %eax /* SCE, LME, LMA */
	MUST e, 12
	test %edx, %edx
	MUST z, 13

	/* Page tables: one 2 MiB page at 0, kernel only, below entries that let ring 3 through. */
	mov %cr3, %rax
	cmp $0x1f7000, %rax
	MUST e, 20
	mov 0x1f7000, %rax
	and $~0x20, %rax /* the CPU sets accessed and dirty bits */
	cmp $0x1f8007, %rax
	MUST e, 21
	mov 0x1f8000, %rax
	and $~0x20, %rax
	cmp $0x1f9007, %rax
	MUST e, 22
	mov 0x1f9000, %rax
	and $~0x60, %rax
	cmp $0x83, %rax
	MUST e, 23
	/* All other entries, and the two spare pages, are zero. */
	mov $0x1f7000, %rbx
1:	test $0xfff, %rbx
	jnz 2f
	cmp $0x1fa000, %rbx
	jb 3f
2:	cmpq $0, (%rbx)
	MUST e, 24
3:	add $8, %rbx
	cmp $0x1fc000, %rbx
	jb 1b
	/* A second mapping to the page tables' effect: writable it is, and WP is on. */
	movq $1, scratch(%rip)

	/* Segments. */
	mov %cs, %eax
	cmp $0x08, %ax
	MUST e, 30
	mov %ds, %eax
	cmp $0x10, %ax
	MUST e, 31
	mov %es, %eax
	cmp $0x10, %ax
	MUST e, 32
	mov %fs, %eax
	cmp $0x10, %ax
	MUST e, 33
	mov %gs, %eax
	cmp $0x10, %ax
	MUST e, 34
	mov %ss, %eax
	cmp $0x10, %ax
	MUST e, 35
	/* FS.base and GS.base are 0, too. */
	mov $0xc0000100, %ecx
	rdmsr
	or %edx, %eax
	MUST z, 38
	mov $0xc0000101, %ecx
	rdmsr
	or %edx, %eax
	MUST z, 39
	/* CS is 64-bit code: this instruction would be two others in 32-bit mode. */
	xor %eax, %eax
	.byte 0x48, 0xff, 0xc0 /* inc %rax; else dec %eax, inc %eax */
	cmp $1, %rax
	MUST e, 36
	/* No task register: its selector is 0. */
	str %eax
	test %ax, %ax
	MUST z, 37

	/* The boot stack: argc, pointers, NULL, strings above, all below 2 MiB. */
	test $7, %rbp
	MUST z, 40
	cmp $0x1fc000, %rbp
	MUST ae, 41
	cmp $0x200000, %rbp
	MUST b, 42
	cmpq $3, (%rbp)
	MUST e, 43
	cmpq $0, 32(%rbp)
	MUST e, 44
	mov 8(%rbp), %rsi
	cmp %rbp, %rsi
	MUST a, 45
	cmpl $0x6b2f2e2e, (%rsi) /* "../k" */
	MUST e, 46
	mov 16(%rbp), %rsi
	cmp %rbp, %rsi
	MUST a, 47
	cmp $0x1ffff8, %rsi
	MUST be, 48
	movabs $0x656e6f20677261, %rax /* "arg one" */
	cmp (%rsi), %rax
	MUST e, 49
	mov 24(%rbp), %rsi
	cmpb $0, (%rsi)
	MUST e, 50
	cmp $0x1fffff, %rsi
	MUST be, 51

	/* Free memory is there to its end... in the mapping that this kernel makes. */
	movq $0x200083, 0x1f9008
	movabs $0x5a5a5a5a5a5a5a5a, %rax
	mov %rax, 0x200000
	cmp 0x200000, %rax
	MUST e, 60
	mov %rax, 0x3ffff8
	cmp 0x3ffff8, %rax
	MUST e, 61
	cmpq $0, 0x200008
	MUST e, 62

	/* CPUID is that of KVM, so EFER.NXE can be set; a host of the original protocol has none. */
	movabs $BOOT_INFO_MAGIC, %rax
	cmp %rax, %r8
	jne 2f
	mov $0x80000001, %eax
	cpuid
	bt $20, %edx
	MUST c, 70
	mov $0xc0000080, %ecx
	rdmsr
	or $0x800, %eax
	wrmsr
	rdmsr
	bt $11, %eax
	MUST c, 71

2:	EXIT 0
	hlt

	.balign 8
cr0:	.quad 0x80050033 /* PE MP ET NE WP AM PG */
scratch:
	.quad 0
boot_stack:
	.quad 0
entered:
	.quad 0
	.skip 512
stack_top:
