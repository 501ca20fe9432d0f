/* SPDX-License-Identifier: MIT */
/*
 * Control registers and MSRs.
 *
 *	cr0_zero: triple
 *	cr_bits efer_bits: tried | refused
 *	cr8: tried | priority
 *	skip tcg xcr0: its xsetbv sets the XCR0 of the machine
 *	xcr0: tried | emulation
 *	msr_read msr_zero kvm_msrs: tried | time
 *	msr_ones: tried | forever
 */
#include "hostile.inc"

/* TRYs to read or to write each MSR of msr_ranges; to write this value, in EAX and in EDX. */
	.macro EACH_MSR instruction, value=0
	SURVIVE
	mov $msr_ranges, %ebx
1:	mov (%rbx), %ecx
2:	mov $\value, %eax
	mov %eax, %edx
	TRY \instruction
	inc %ecx
	cmp 4(%rbx), %ecx
	jb 2b
	add $8, %ebx
	cmp $msr_ranges_end, %ebx
	jb 1b
	LEAVE
	EXIT 7
	.endm

	.globl _start
_start:
#if defined(KERNEL_cr0_zero)
	xor %eax, %eax
	mov %rax, %cr0
#elif defined(KERNEL_cr_bits)
	SURVIVE
	xor %ebx, %ebx
1:	mov %cr0, %r12
	mov %r12, %r13
	btc %rbx, %r13
	TRY mov %r13, %cr0
	mov %r12, %cr0
	mov %cr4, %r12
	mov %r12, %r13
	btc %rbx, %r13
	TRY mov %r13, %cr4
	mov %r12, %cr4
	inc %ebx
	cmp $64, %ebx
	jb 1b
	EXIT 7
#elif defined(KERNEL_efer_bits)
	SURVIVE
	mov $MSR_EFER, %ecx
	rdmsr
	mov %eax, %r12d
	xor %ebx, %ebx
1:	mov %r12d, %eax
	btc %ebx, %eax
	xor %edx, %edx
	TRY wrmsr
	mov %r12d, %eax
	TRY wrmsr
	inc %ebx
	cmp $32, %ebx
	jb 1b
	EXIT 7
#elif defined(KERNEL_cr8)
	/* A falling priority is an exit, where the APIC isn't KVM's. */
	mov $15, %eax
	mov %rax, %cr8
	xor %eax, %eax
	mov %rax, %cr8
	EXIT 7
#elif defined(KERNEL_xcr0)
	SURVIVE
	mov %cr4, %rax
	or $0x40000, %eax
	TRY mov %rax, %cr4
	xor %ebx, %ebx
1:	xor %ecx, %ecx
	xor %edx, %edx
	mov $1, %eax
	bts %ebx, %eax
	TRY xsetbv
	mov $1, %ecx
	TRY xsetbv
	inc %ebx
	cmp $32, %ebx
	jb 1b
	LEAVE
	EXIT 7
#elif defined(KERNEL_msr_read)
	EACH_MSR rdmsr
#elif defined(KERNEL_msr_zero)
	EACH_MSR wrmsr, 0
#elif defined(KERNEL_msr_ones)
	EACH_MSR wrmsr, -1
#elif defined(KERNEL_kvm_msrs)
	/* Where KVM is told to write: each value into each, and an exit. */
	SURVIVE
	mov $kvm_msrs, %ebx
1:	mov $odd_places, %r14d
2:	mov (%rbx), %ecx
	mov (%r14), %eax
	mov 4(%r14), %edx
	TRY wrmsr
	LEAVE
	/* The same in its page, turned on: bit 0, and with delivery by interrupt. */
	mov (%rbx), %ecx
	mov (%r14), %eax
	mov 4(%r14), %edx
	or $0xf, %eax
	TRY wrmsr
	LEAVE
	sti
	nop
	cli
	add $8, %r14d
	cmp $odd_places_end, %r14d
	jb 2b
	add $4, %ebx
	cmp $kvm_msrs_end, %ebx
	jb 1b
	EXIT 7
#else
#error "no such kernel"
#endif
	hlt
#include "end.inc"

	.balign 8
msr_ranges:
	.long 0, 0x1000, 0xc0000000, 0xc0000200, 0xc0010000, 0xc0010400, 0xc0011000, 0xc0011100
	.long 0x40000000, 0x40000200, 0x4b564d00, 0x4b564d20
msr_ranges_end:
kvm_msrs: .long 0x11, 0x12, 0x4b564d00, 0x4b564d01, 0x4b564d02, 0x4b564d03, 0x4b564d04
	.long 0x4b564d05, 0x4b564d06, 0x4b564d07, 0x4b564d08
kvm_msrs_end:
	.balign 8
odd_places: .quad 0x200000, 0x200031, END - 64, END - 4, END - 1, END, 0xfee00000, 0x7fffffc0
	.quad 0x000fffffffffffc0, -64, -1
odd_places_end:
