/* SPDX-License-Identifier: MIT */
/*
 * A kernel that looks for what CPUID must not tell it: of the host's other
 * CPUs, of virtualization, of KVM, of features whose MSRs it can't reach.
 * Exits with 0, or the number of the check that failed.
 */
#include "flat.inc"

/*
 * The leaf, from its index 0 up to `last`, tells nothing. R9: the highest leaf
 * of its range, beyond which Intel's CPUs repeat that of the first range.
 */
	.macro SILENT leaf, number, last=0
	xor %r8d, %r8d
	mov $\leaf, %eax
	cmp %r9d, %eax
	ja 6f
7:	mov $\leaf, %eax
	mov %r8d, %ecx
	cpuid
	or %ebx, %eax
	or %ecx, %eax
	or %edx, %eax
	MUST z, \number
	inc %r8d
	cmp $\last, %r8d
	jbe 7b
6:
	.endm

/* Of the leaf's register, none of these bits is set. */
	.macro CLEAR leaf, index, register, bits, number
	mov $\leaf, %eax
	mov $\index, %ecx
	cpuid
	test $\bits, \register
	MUST z, \number
	.endm

	.globl _start
_start:
	lea stack_top(%rip), %rsp
	/* Vendor and highest leaf are there. */
	xor %eax, %eax
	cpuid
	mov %eax, %r9d
	cmp $0xd, %eax
	MUST ae, 1
	test %ebx, %ebx
	MUST nz, 2
	/* APIC ID and count of CPUs; VMX, SMX, PDCM, X2APIC, TSC deadline; MTRR, HTT. */
	CLEAR 1, 0, %ebx, 0xffff0000, 10
	CLEAR 1, 0, %ecx, 0x01208060, 11
	CLEAR 1, 0, %edx, 0x10001000, 12
	/* SGX, PT; PKU, SGX_LC; SPEC_CTRL and its like. */
	CLEAR 7, 0, %ebx, 0x02000004, 13
	CLEAR 7, 0, %ecx, 0x40000008, 14
	CLEAR 7, 0, %edx, 0xfc000000, 15
	/* XCR0: x87, SSE, AVX and AVX-512; the size of those. */
	CLEAR 0xd, 0, %eax, 0xffffff18, 16
	CLEAR 0xd, 0, %edx, 0xffffffff, 17
	mov $0xd, %eax
	xor %ecx, %ecx
	cpuid
	cmp $2696, %ecx
	MUST b, 18
	cmp $576, %ecx
	MUST ae, 19
	CLEAR 0xd, 1, %eax, 8, 20
	/* Counters; topology; resource control; SGX; PT; topology again; counters again. */
	SILENT 0xa, 30
	SILENT 0xb, 31, 2
	SILENT 0xf, 32, 1
	SILENT 0x10, 33, 1
	SILENT 0x12, 34, 1
	SILENT 0x14, 35, 1
	SILENT 0x1f, 36, 2
	SILENT 0x23, 37
	/* KVM's signature. */
	mov $0x40000000, %eax
	cpuid
	cmp $0x4b4d564b, %ebx /* "KVMK" */
	MUST ne, 40
	/* More cores, SVM; counters. */
	CLEAR 0x80000001, 0, %ecx, 0x01800006, 41
	mov $0x80000000, %eax
	cpuid
	cmp $0x80000008, %eax
	MUST ae, 42
	/* How many cores the package has. */
	CLEAR 0x80000008, 0, %ecx, 0xf0ff, 43
	/* The name is there. */
	mov $0x80000002, %eax
	cpuid
	test %eax, %eax
	MUST nz, 44
	/* What SVM can do, IDs of CPU and node, memory encryption, counters. */
	mov $0x80000000, %eax
	cpuid
	mov %eax, %r9d
	SILENT 0x8000000a, 50
	SILENT 0x8000001e, 51
	SILENT 0x8000001f, 52
	SILENT 0x80000022, 53
	EXIT 0
	hlt
	.balign 8
	.skip 64
stack_top:
