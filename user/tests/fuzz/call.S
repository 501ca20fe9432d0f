/* SPDX-License-Identifier: MIT */
/*
 * How the fuzzer enters the kernel: with each register its own, and what it finds
 * behind the call. All memory here is named relative to RIP: no register, not
 * even RSP, is needed to reach it.
 */
#include <asm/unistd_64.h>

	/* Order of registers in both sets: fuzz.h's enum. */
	.macro EACH_REGISTER op
	.set index, 0
	.irp register, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
	\op \register, index
	.set index, index + 8
	.endr
	.endm
	.macro LOAD register, at
	mov registers_in + \at(%rip), %\register
	.endm
	.macro STORE register, at
	mov %\register, registers_out + \at(%rip)
	.endm
	.set AT_RSP, 120
	.set AT_RFLAGS, 128

	.macro SAVE_CALLEES
	.irp register, rbx, rbp, r12, r13, r14, r15
	push %\register
	.endr
	mov %rsp, own_rsp(%rip)
	.endm
	.macro RETURN_TO_C
	push $2
	popfq
	.irp register, r15, r14, r13, r12, rbp, rbx
	pop %\register
	.endr
	ret
	.endm

	.text
	/* void fuzz_call(void): registers_in, vectors_in; to registers_out, vectors_out. */
	.globl fuzz_call, fuzz_syscall, fuzz_after
fuzz_call:
	SAVE_CALLEES
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	movdqa vectors_in + \n * 16(%rip), %xmm\n
	.endr
	EACH_REGISTER LOAD
	push registers_in + AT_RFLAGS(%rip)
	popfq
	mov registers_in + AT_RSP(%rip), %rsp
fuzz_syscall:
	syscall
fuzz_after:
	mov %rsp, registers_out + AT_RSP(%rip)
	mov own_rsp(%rip), %rsp
	EACH_REGISTER STORE
	pushfq
	pop registers_out + AT_RFLAGS(%rip)
	.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	movdqa %xmm\n, vectors_out + \n * 16(%rip)
	.endr
	RETURN_TO_C

	/* void fuzz_raise(void): SIGUSR1 to this thread; its handler may return to fuzz_landing. */
	.globl fuzz_raise, fuzz_landing
fuzz_raise:
	SAVE_CALLEES
	mov $__NR_tkill, %eax
	mov own_pid(%rip), %edi
	mov $10, %esi
	syscall
	/* With whatever registers, flags and FPU state. */
fuzz_landing:
	mov own_rsp(%rip), %rsp
	pushfq
	pop registers_out + AT_RFLAGS(%rip)
	push $2
	popfq
	fninit
	ldmxcsr default_mxcsr(%rip)
	RETURN_TO_C

	/*
	 * long fuzz_clone(flags, stack, parent_tid, child_tid, tls). The thread sends
	 * SIGUSR1 to the first thread if child_signals is set, and ends.
	 */
	.globl fuzz_clone
fuzz_clone:
	mov %rcx, %r10
	mov $__NR_clone, %eax
	syscall
	test %rax, %rax
	jz 1f
	ret
1:	cmpl $0, child_signals(%rip)
	je 2f
	mov $__NR_tkill, %eax
	mov own_pid(%rip), %edi
	mov $10, %esi
	syscall
2:	mov $__NR_sched_yield, %eax
	syscall
	mov $__NR_exit, %eax
	xor %edi, %edi
	syscall

	/*
	 * long fuzz_vfork(flags, path, argv, envp): clone(2) with these flags and this stack. The
	 * new process executes the program, or ends with status 0.
	 */
	.globl fuzz_vfork
fuzz_vfork:
	pop %r9 /* the new process may have the same stack */
	mov %rsi, %r8
	mov %rcx, %r10
	mov $__NR_clone, %eax
	xor %esi, %esi
	syscall
	test %rax, %rax
	jz 1f
	jmp *%r9
1:	mov $__NR_execve, %eax
	mov %r8, %rdi
	mov %rdx, %rsi
	mov %r10, %rdx
	syscall
	mov $__NR_exit_group, %eax
	xor %edi, %edi
	syscall

	.globl fuzz_restorer
fuzz_restorer:
	mov $__NR_rt_sigreturn, %eax
	syscall

	.section .rodata
	.balign 4
default_mxcsr:
	.long 0x1f80

	.section .bss
	.balign 16
	.globl registers_in, registers_out, vectors_in, vectors_out, child_signals, own_pid
vectors_in:
	.skip 256
vectors_out:
	.skip 256
registers_in:
	.skip 136
registers_out:
	.skip 136
own_rsp:
	.skip 8
child_signals:
	.skip 4
own_pid:
	.skip 4

	.section .note.GNU-stack, "", @progbits
