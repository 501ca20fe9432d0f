/* SPDX-License-Identifier: MIT */
/*
 * What a program in ring 3 can do to the CPU's state, a case each, with the
 * signals that may come of it. traps.c tries them all.
 */
#include <asm/unistd_64.h>

/* Bits of what may happen: the signal, or that the code comes to its end. */
#define GOES_ON 1
#define ILL     (1<<4)
#define TRAP    (1<<5)
#define BUS     (1<<7)
#define SEGV    (1<<11)
/* Where CPUs differ: who checks first whether the instruction is there, or is allowed. */
#define REFUSED (ILL|SEGV)

#define KERNEL     0xffff800000000000
#define NONCANON   0x0000800000000000
#define USER_TOP   0x00007ffffffff000
#define GOOD_CODE  0x33
#define GOOD_STACK 0x2b

	/* What follows, up to END, is a case. It may leave any state. */
	.macro CASE name:req, may:req
	.section .rodata.cases, "a"
	.quad name_\@, code_\@, (\may)
	.section .rodata.names, "a"
name_\@:
	.asciz "\name"
	.text
code_\@:
	.endm
	.macro END
	ret
	.endm
	/* A case of one instruction. */
	.macro ONE instruction:req, may:req
	CASE "\instruction", (\may)
	\instruction
	END
	.endm
	.macro BYTES name:req, may:req, code:vararg
	CASE "\name", (\may)
	.byte \code
	END
	.endm

	.section .rodata.cases, "a"
	.balign 8
	.globl cases, cases_end, attempt, landing
cases:

	/* --- what is ring 0's alone --- */

	.irp instruction, cli, sti, hlt, clts, invd, wbinvd, swapgs, sysretq, sysretl
	ONE "\instruction", SEGV
	.endr
	.irp register, cr0, cr2, cr3, cr4, cr8, dr0, dr3, dr6, dr7
	ONE "mov %\register, %rax", SEGV
	ONE "mov %rax, %\register", SEGV
	.endr
	.irp operands, "%al, %dx", "%ax, %dx", "%eax, %dx", "%al, $0x80", "%eax, $0xff"
	ONE "out \operands", SEGV
	.endr
	ONE "in %dx, %al", SEGV
	ONE "in %dx, %eax", SEGV
	ONE "in $0x60, %ax", SEGV
	ONE "rep insb", SEGV
	ONE "rep outsl", SEGV
	ONE "lmsw %ax", SEGV
	ONE "invlpg (%rsp)", SEGV
	ONE "lgdt (%rsp)", SEGV
	ONE "lidt (%rsp)", SEGV
	ONE "lldt %ax", SEGV
	ONE "ltr %ax", SEGV
	.irp msr, 0x10, 0x1b, 0x174, 0xc0000080, 0xc0000081, 0xc0000082, 0xc0000084, 0xc0000100, 0xc0000102
	CASE "rdmsr \msr", SEGV
	mov $\msr, %ecx
	rdmsr
	END
	CASE "wrmsr \msr", SEGV
	mov $\msr, %ecx
	wrmsr
	END
	.endr
	ONE "rdpmc", SEGV
	CASE "xsetbv", REFUSED
	xor %ecx, %ecx
	mov $7, %eax
	xor %edx, %edx
	xsetbv
	END
	ONE "monitor", REFUSED
	ONE "mwait", REFUSED
	ONE "sysexitl", REFUSED
	CASE "sysenter", REFUSED
	sysenter
	END
	/* Of a hypervisor: KVM answers a call from ring 3 by an error. */
	ONE "vmcall", REFUSED|GOES_ON
	ONE "vmmcall", REFUSED|GOES_ON
	.irp instruction, vmrun, vmload, vmsave, stgi, clgi, skinit, invlpga
	ONE "\instruction", REFUSED
	.endr
	ONE "vmxoff", REFUSED
	ONE "vmlaunch", REFUSED
	ONE "invpcid (%rsp), %rax", REFUSED
	ONE "rsm", REFUSED
	BYTES "encls", REFUSED, 0x0f, 0x01, 0xcf
	BYTES "getsec", REFUSED, 0x0f, 0x37
	BYTES "wbnoinvd", REFUSED, 0xf3, 0x0f, 0x09
	BYTES "stac", REFUSED, 0x0f, 0x01, 0xcb
	BYTES "clac", REFUSED, 0x0f, 0x01, 0xca
	ONE "xsaves (%rsp)", REFUSED
	ONE "xrstors (%rsp)", REFUSED

	/* May be looked at, unless UMIP forbids it. */
	.irp instruction, "sgdt -16(%rsp)", "sidt -16(%rsp)", "sldt %eax", "str %eax", "smsw %eax"
	ONE "\instruction", SEGV|GOES_ON
	.endr
	.irp selector, 0, 8, 0x10, 0x2b, 0x33, 0x38, 0x7, 0xfff8
	CASE "lar, lsl, verr, verw \selector", GOES_ON
	mov $\selector, %ecx
	lar %ecx, %eax
	lsl %ecx, %eax
	verr %cx
	verw %cx
	END
	.endr
	ONE "cpuid", GOES_ON
	ONE "rdtsc", GOES_ON

	/* --- software interrupts: all vectors --- */

	/* kvm_pvm keeps that one for itself: it does nothing. */
	.set INT_1a, GOES_ON
	.irp high, 0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f
	.irp low, 0,1,2,3,4,5,6,7,8,9,a,b,c,d,e,f
	.ifndef INT_\high\low
	.set INT_\high\low, 0
	.endif
	.if 0x\high\low == 3
	CASE "int 0x\high\low", TRAP
	.else
	CASE "int 0x\high\low", SEGV|INT_\high\low
	.endif
	.byte 0xcd, 0x\high\low
	END
	.endr
	.endr
	ONE "int3", TRAP
	BYTES "int1", TRAP|ILL, 0xf1
	BYTES "into", ILL, 0xce
	ONE "ud2", ILL
	BYTES "lock nop", ILL, 0xf0, 0x90
	BYTES "an instruction of 16 bytes", SEGV, \
		0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90

	/* --- segments --- */

	/* 0x20 is nothing in our GDT; where ring 3 has the host's, 32-bit code: see below. */
	.irp selector, 0, 3, 8, 0xb, 0x10, 0x13, 0x18, 0x2b, 0x38, 0x3b, 0x7, 0xf, 0x1007, 0xfff8, 0xffff
	CASE "far jump to \selector", REFUSED|BUS
	lea 1f(%rip), %rax
	push $\selector
	push %rax
	.byte 0x48, 0xff, 0x2c, 0x24 /* ljmp *(%rsp), 64-bit: not all assemblers have it */
1:	END
	CASE "far call to \selector", REFUSED|BUS
	lea 1f(%rip), %rax
	push $\selector
	push %rax
	.byte 0x48, 0xff, 0x1c, 0x24 /* lcall */
1:	END
	CASE "far return to \selector", SEGV|BUS
	lea 1f(%rip), %rax
	push $\selector
	push %rax
	lretq
1:	END
	CASE "iretq to \selector", SEGV|BUS
	lea 1f(%rip), %rcx
	mov %rsp, %rax
	push $GOOD_STACK
	push %rax
	push $2
	push $\selector
	push %rcx
	iretq
1:	END
	.endr
	/* QEMU's TCG (7.2) reads the stack as ring 0 would, and SMAP forbids it. */
	CASE "far return to our own code", GOES_ON|SEGV
	lea 1f(%rip), %rax
	push $GOOD_CODE
	push %rax
	lretq
1:	END
	/* Code that is as good in 32 bits; then a trap, and a system call, from there. */
	CASE "far return to 32-bit code, int3", SEGV|BUS|TRAP
	lea 1f(%rip), %rax
	push $0x23
	push %rax
	lretq
1:	int3
	END
	CASE "far return to 32-bit code, ud2", SEGV|BUS|ILL
	lea 1f(%rip), %rax
	push $0x23
	push %rax
	lretq
1:	ud2
	END
	CASE "far return to 32-bit code, a page that isn't there yet", SEGV|BUS|ILL|TRAP
	lea 1f(%rip), %rax
	push $0x23
	push %rax
	lretq
1:	movb $1, fresh_page
	int3
	END
	CASE "far return to 32-bit code, syscall", SEGV|BUS|ILL
	mov $__NR_getpid, %eax
	lea 1f(%rip), %rdx
	push $0x23
	push %rdx
	lretq
1:	syscall
	ud2
	END
	CASE "far return to 32-bit code, int 0x80", SEGV|BUS|ILL
	mov $20, %eax
	lea 1f(%rip), %rdx
	push $0x23
	push %rdx
	lretq
1:	int $0x80
	ud2
	END
	/* 0x33 is code; KVM's emulation, which kvm_pvm leaves an iretq with a bad SS to, takes it. */
	.set SS_0x33, GOES_ON
	.irp selector, 0, 3, 8, 0x10, 0x13, 0x18, 0x33, 0x38, 0x7, 0xfff8
	.ifndef SS_\selector
	.set SS_\selector, 0
	.endif
	CASE "iretq with SS \selector", SEGV|BUS|SS_\selector
	lea 1f(%rip), %rcx
	mov %rsp, %rax
	push $\selector
	push %rax
	push $2
	push $GOOD_CODE
	push %rcx
	iretq
1:	END
	CASE "mov to SS of \selector", SEGV|BUS
	mov $\selector, %eax
	mov %eax, %ss
	END
	.endr
	.irp register, ds, es, fs, gs
	.irp selector, 8, 0xb, 0x10, 0x13, 0x38, 0x3b, 0x7, 0xfff8
	CASE "mov to \register of \selector", SEGV|BUS
	mov $\selector, %eax
	mov %eax, %\register
	END
	.endr
	.irp selector, 0, 3, 0x2b, 0x33
	CASE "mov to \register of \selector and a system call", GOES_ON
	mov $\selector, %eax
	mov %eax, %\register
	mov $__NR_getpid, %eax
	syscall
	END
	.endr
	.endr
	/* QEMU's TCG takes any. */
	CASE "bases that are not canonical", REFUSED|GOES_ON
	mov $NONCANON, %rax
	wrfsbase %rax
	END
	CASE "bases that are not canonical, gs", REFUSED|GOES_ON
	mov $NONCANON, %rax
	wrgsbase %rax
	END
	CASE "a base in the kernel, and an access by it", REFUSED
	mov $KERNEL, %rax
	wrgsbase %rax
	mov %gs:0, %rax
	END
	CASE "a base in the kernel, and a system call", REFUSED|GOES_ON
	mov $KERNEL, %rax
	wrgsbase %rax
	wrfsbase %rax
	mov $__NR_getpid, %eax
	syscall
	END

	/* --- flags --- */

	.macro SET_FLAGS flags
	push $\flags
	popfq
	.endm
	CASE "IOPL 3, out", SEGV
	SET_FLAGS 0x3002
	out %al, %dx
	END
	CASE "IOPL 3 by iretq, cli", SEGV
	lea 1f(%rip), %rcx
	mov %rsp, %rax
	push $GOOD_STACK
	push %rax
	push $0x3002
	push $GOOD_CODE
	push %rcx
	iretq
1:	cli
	END
	CASE "VM, VIF, VIP", GOES_ON
	SET_FLAGS 0x1a0002
	mov $__NR_getpid, %eax
	syscall
	END
	CASE "NT, iretq", SEGV
	SET_FLAGS 0x4002
	mov %rsp, %rax
	lea 1f(%rip), %rcx
	push $GOOD_STACK
	push %rax
	push $2
	push $GOOD_CODE
	push %rcx
	iretq
	/* kvm_pvm may have lost NT: then it is an iretq like any other. */
1:	mov 0, %al
	END
	CASE "NT, DF and AC, system call", GOES_ON
	SET_FLAGS 0x44402
	mov $__NR_getpid, %eax
	syscall
	END
	CASE "NT, DF and AC, fault", ILL
	SET_FLAGS 0x44402
	ud2
	END
	CASE "AC, misaligned", BUS|GOES_ON
	SET_FLAGS 0x40002
	mov 1(%rsp), %rax
	END
	CASE "TF", TRAP
	SET_FLAGS 0x102
	nop
	END
	CASE "TF, int3", TRAP
	SET_FLAGS 0x102
	int3
	END
	CASE "TF, ud2", TRAP|ILL
	SET_FLAGS 0x102
	ud2
	END
	CASE "TF, system call", TRAP
	mov $__NR_getpid, %eax
	SET_FLAGS 0x102
	syscall
	nop
	END
	/* No trap behind a load of SS: what it would be about is the next instruction. */
	.irp shadowed, "syscall", "int3", ".byte 0xf1", "ud2", "nop", "cli", "int $8", "int $0x80"
	CASE "TF, mov to SS, \shadowed", TRAP|ILL|SEGV
	mov $__NR_getpid, %eax
	mov $GOOD_STACK, %ecx
	SET_FLAGS 0x102
	mov %ecx, %ss
	\shadowed
	nop
	END
	.endr
	CASE "TF by iretq, at a system call", TRAP|SEGV
	mov $__NR_getpid, %eax
	lea 1f(%rip), %rcx
	mov %rsp, %rdx
	push $GOOD_STACK
	push %rdx
	push $0x102
	push $GOOD_CODE
	push %rcx
	iretq
1:	syscall
	nop
	END

	/* --- the stack pointer --- */

	.irp rsp, 0, 1, 8, 0x1000, 0x7fffffffefff, USER_TOP, NONCANON-8, NONCANON, KERNEL, KERNEL+0x200000, -8, -1
	CASE "rsp \rsp, system call", GOES_ON
	mov %rsp, %rbx
	mov $\rsp, %rsp
	mov $__NR_getpid, %eax
	syscall
	mov %rbx, %rsp
	END
	CASE "rsp \rsp, ud2", ILL
	mov $\rsp, %rsp
	ud2
	END
	CASE "rsp \rsp, int3", TRAP
	mov $\rsp, %rsp
	int3
	END
	CASE "rsp \rsp, int 8", SEGV
	mov $\rsp, %rsp
	int $8
	END
	CASE "rsp \rsp, div by 0", (1<<8)
	mov $\rsp, %rsp
	xor %ecx, %ecx
	div %ecx
	END
	.endr
	.irp rsp, 0, 4, 8, USER_TOP+8, NONCANON, NONCANON+8, KERNEL+8, KERNEL+0x200000
	CASE "rsp \rsp, push", SEGV|BUS
	mov $\rsp, %rsp
	push %rax
	END
	CASE "rsp \rsp, call", SEGV|BUS
	mov $\rsp, %rsp
	call 1f
1:	END
	.endr
	CASE "rsp at the end of the stack, pop", SEGV
	mov $USER_TOP, %rsp
	pop %rax
	END

	/* --- addresses --- */

	.irp address, 0, 0xfff, 0xffff, USER_TOP-4, USER_TOP, NONCANON-4, NONCANON, KERNEL, \
		KERNEL+0x1000, KERNEL+0x1f7000, KERNEL+0x200000, KERNEL-4, -8, -4
	CASE "read \address", SEGV|BUS
	mov $\address, %rax
	mov (%rax), %rax
	END
	CASE "write \address", SEGV|BUS
	mov $\address, %rax
	mov %rax, (%rax)
	END
	CASE "jump to \address", SEGV
	mov $\address, %rax
	jmp *%rax
	END
	CASE "return to \address", SEGV
	mov $\address, %rax
	push %rax
	ret
	END
	.endr
	.irp offset, 1, 2, 0x10, 0x20, 0x40, 0x100, 0x200, 0x400, 0x800
	CASE "jump to the kernel's byte \offset", SEGV
	mov $KERNEL+\offset, %rax
	jmp *%rax
	END
	.endr
	/* traps.c has put `syscall` there: the last that can be. */
	CASE "a system call in the last two bytes", SEGV
	mov $__NR_getpid, %eax
	mov $USER_TOP-2, %rcx
	jmp *%rcx
	END
	CASE "half of an instruction in the last byte", SEGV
	mov $USER_TOP-1, %rcx
	jmp *%rcx
	END

	.section .rodata.cases, "a"
cases_end:

	/* void attempt(void (*code)(void)): a handler may go on at `landing`. */
	.text
attempt:
	.irp register, rbx, rbp, r12, r13, r14, r15
	push %\register
	.endr
	mov %rsp, own_rsp(%rip)
	xor %edx, %edx /* for what takes a port, or writes EDX:EAX */
	xor %eax, %eax
	call *%rdi
landing:
	mov own_rsp(%rip), %rsp
	push $2
	popfq
	xor %eax, %eax
	mov %eax, %ds
	mov %eax, %es
	.irp register, r15, r14, r13, r12, rbp, rbx
	pop %\register
	.endr
	ret

	.section .bss
	.balign 4096
fresh_page:
	.skip 4096
own_rsp:
	.skip 8

	.section .note.GNU-stack, "", @progbits
