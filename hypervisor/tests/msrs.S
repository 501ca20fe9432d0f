/* SPDX-License-Identifier: MIT */
/*
 * Prints each MSR that ring 0 can read (r) or write (w), of all that KVM and
 * the CPUs that it runs on have: "c0000080 rw". It writes what it has read,
 * or 0.
 */
#include "flat.inc"

#define CONTINUE_AT %r15 /* where a #GP goes on */

	.globl _start
_start:
	/* An interrupt gate for #GP. */
	movl $fault + (SEL_KERNEL_CODE << 16), idt + 16 * 13
	movl $0x8e00, idt + 16 * 13 + 4
	lgdt gdt_pointer
	lidt idt_pointer
	mov $ranges, %ebp
1:	mov (%rbp), %ecx
2:	call try_one
	inc %ecx
	cmp 4(%rbp), %ecx
	jbe 2b
	add $8, %ebp
	cmp $ranges_end, %ebp
	jb 1b
	EXIT 0
	hlt

/* MSR ECX. */
try_one:
	mov $' ', %r8d /* r, if it can be read */
	xor %eax, %eax
	xor %edx, %edx
	lea 1f(%rip), CONTINUE_AT
	rdmsr
	mov $'r', %r8d
1:	lea 3f(%rip), CONTINUE_AT
	wrmsr
	mov $'w', %r9d
2:	call print_ecx
	mov $' ', %al
	out %al, %dx
	mov %r8d, %eax
	out %al, %dx
	mov %r9d, %eax
	out %al, %dx
	mov $'\n', %al
	out %al, %dx
	ret
3:	mov $' ', %r9d
	cmp $'r', %r8d
	je 2b
	ret

/* As 8 hexadecimal digits. Leaves the console's port in DX. */
print_ecx:
	mov $PORT_CONSOLE, %edx
	mov %ecx, %ebx
	mov $8, %esi
1:	rol $4, %ebx
	mov %ebx, %eax
	and $0xf, %eax
	mov digits(%rax), %al
	out %al, %dx
	dec %esi
	jnz 1b
	ret

fault:
	add $8, %rsp /* the error code */
	mov CONTINUE_AT, (%rsp)
	iretq

digits:	.ascii "0123456789abcdef"
	.balign 8
ranges:
	.long 0, 0x1fff
	.long 0x40000000, 0x400000ff /* Hyper-V's */
	.long 0x4b564d00, 0x4b564dff /* KVM's */
	.long 0xc0000000, 0xc0001fff
	.long 0xc0010000, 0xc0011fff
ranges_end:
gdt:	.quad 0, 0x00209b0000000000, 0x0000930000000000 /* SDM 3, 3.4.5 */
gdt_pointer:
	.word gdt_pointer - gdt - 1
	.quad gdt
idt_pointer:
	.word 16 * 14 - 1
	.quad idt
	.balign 16
idt:	.skip 16 * 14
