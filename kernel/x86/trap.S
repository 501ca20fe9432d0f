/* SPDX-License-Identifier: MIT */
/*
 * Ways into the kernel and back. Every entry from ring 3 builds a struct
 * trap_frame at the top of the kernel stack:
 *
 *	kernel_stack_top ->	(kernel.ld; RSP0 of the TSS)
 *		SS	\
 *		RSP	 |  pushed by the CPU for an exception,
 *		RFLAGS	 |  by syscall_entry for a system call
 *		CS	 |
 *		RIP	/
 *		error	    the CPU's, or 0
 *		vector	    of the exception, or VECTOR_SYSCALL
 *		RCX	\
 *		 ...	 |  PUSH_REGISTERS
 *		R8	/
 *	user_frame ->	(kernel.ld)
 *		C code
 *
 * There is one vCPU, so the kernel stack and the saved RSP have fixed
 * addresses: no per-CPU data, hence no swapgs, and GS is the program's alone.
 *
 * Called from here: trap_dispatch and trap_bad_return (entry/trap.c),
 * return_work (entry/return.c), syscall_table and syscall_dispatch
 * (syscall/table.c).
 */
#include "../abi.h"
#include "../layout.h"
#include "trap_frame.h"

	/* Offsets in struct trap_frame: TF_r8 and so on. */
	.set offset, 0
	.irp field, r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, \
		vector, error, rip, cs, rflags, rsp, ss
	.set TF_\field, offset
	.set offset, offset + 8
	.endr

	.macro PUSH_REGISTERS
	.irp register, rcx, rax, rdx, rbx, rbp, rsi, rdi, r15, r14, r13, r12, r11, r10, r9, r8
	push %\register
	.endr
	/*
	 * Flags to a known state. An interrupt gate leaves the program's DF and
	 * AC as they are, and C code relies on DF = 0, SMAP on AC = 0.
	 */
	push $RFLAGS_1
	popfq
	mov %rsp, %rdi
	.endm

	.macro POP_REGISTERS
	.irp register, r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx
	pop %\register
	.endr
	.endm

	/*
	 * Completes the frame of a system call: what C code keeps, and what `syscall`
	 * leaves in RCX and R11. Uses R11.
	 */
	.macro SAVE_REST
	.irp register, rbx, rbp, r12, r13, r14, r15
	mov %\register, user_frame + TF_\register(%rip)
	.endr
	mov user_frame + TF_rip(%rip), %r11
	mov %r11, user_frame + TF_rcx(%rip)
	mov user_frame + TF_rflags(%rip), %r11
	mov %r11, user_frame + TF_r11(%rip)
	movq $VECTOR_SYSCALL, user_frame + TF_vector(%rip)
	movq $0, user_frame + TF_error(%rip)
	.endm

	.text
	/*
	 * Exceptions. On entry, through an interrupt gate (SDM 3, 6.14):
	 *   CS, SS	ring 0's
	 *   RFLAGS	IF, TF, NT, RF, VM are clear, all else is the program's
	 *   others	the program's
	 * and on the kernel stack, or on another for the vectors with an IST
	 * (descriptors.S):
	 *	SS
	 *	RSP
	 *	RFLAGS
	 *	CS
	 *	RIP
	 * RSP ->	error code	those of the second list alone
	 */
	.irp vector, 0,2,3,4,5,6,7,9,15,16,18,19,20,22,23,24,25,26,27,28,31,32
	.globl trap_\vector
trap_\vector:
	push $0
	push $\vector
	jmp trap_common
	.endr

	.irp vector, 8,10,11,12,13,17,21,29,30
	.globl trap_\vector
trap_\vector:
	push $\vector
	jmp trap_common
	.endr

	/*
	 * Debug exception. Registers as above, on the stack of IST 1:
	 *	SS, RSP, RFLAGS, CS
	 * RSP ->	RIP
	 *
	 * When a program single-steps `syscall`, a CPU may raise #DB before the first
	 * instruction of syscall_entry, in ring 0 (SDM 3, 6.8.3: a load of SS delays
	 * it). The call goes on without TF. Ring 3 gets its trap behind the call,
	 * because the flags that it gets back have TF.
	 */
	.globl trap_1
trap_1:
	cmpl $syscall_entry - KERNEL_BASE, (%rsp)
	jne 1f
	cmpl $KERNEL_BASE >> 32, 4(%rsp)
	jne 1f
	cmpl $SEL_KERNEL_CODE, 8(%rsp)
	jne 1f
	andl $~RFLAGS_TF, 16(%rsp)
	iretq
1:	push $0
	push $1
	jmp trap_common

	/*
	 * Page fault. Registers as above, CR2 the address, on the kernel stack:
	 *	SS, RSP, RFLAGS, CS, RIP
	 * RSP ->	error code
	 *
	 * One of them is a system call: where KVM has no hardware behind it
	 * (kvm_pvm), `syscall` loads RCX, R11 and RIP as it should, but not CPL, so
	 * the fetch of the first instruction of syscall_entry faults in ring 3.
	 * Nothing else faults there with that CS. A program that jumps there makes
	 * a system call, which it may.
	 */
	.globl trap_14
trap_14:
	cmpl $syscall_entry - KERNEL_BASE, 8(%rsp)
	jne 1f
	cmpl $KERNEL_BASE >> 32, 12(%rsp)
	jne 1f
	cmpl $SEL_USER_CODE, 16(%rsp)
	jne 1f
	mov %rcx, 8(%rsp)  /* RIP */
	mov %r11, 24(%rsp) /* RFLAGS */
	push $RFLAGS_1     /* an interrupt gate leaves DF and AC, syscall clears them */
	popfq
	sub $TF_error, %rsp
	jmp syscall_common
1:	push $14
	/* fall through */

	/*
	 * All exceptions. Registers as above, on the stack:
	 *	SS, RSP, RFLAGS, CS, RIP, error code
	 * RSP ->	vector
	 */
trap_common:
	PUSH_REGISTERS
	call trap_dispatch
	mov %rsp, %rdi
	.globl trap_return
	/*
	 * trap_return(frame). RDI: the trap frame, anywhere in the kernel's stack
	 * or data. All registers are loaded from it. It is the stack until iretq.
	 */
trap_return:
	/*
	 * A program that jumped to syscall_entry chose RIP and flags itself. iretq
	 * faults in ring 0 if RIP is not canonical, and would load an IOPL that gives
	 * ring 3 the I/O ports.
	 */
	mov %rdi, %rsp
	mov TF_rip(%rsp), %rax
	shr $47, %rax
	jnz bad_return
	andq $RFLAGS_USER, TF_rflags(%rsp)
	orq $RFLAGS_IF | RFLAGS_1, TF_rflags(%rsp)
	POP_REGISTERS
	add $16, %rsp /* vector, error */
	iretq

	/*
	 * System call. On entry, by `syscall` (SDM 2, SYSCALL):
	 *   RAX	the call's number
	 *   RDI, RSI, RDX, R10, R8, R9	its arguments
	 *   RCX	the program's RIP, behind the instruction
	 *   R11	the program's RFLAGS
	 *   CS, SS	ring 0's
	 *   RFLAGS	without those of SFMASK: IF, DF, AC, TF, NT are clear
	 *   RSP	the program's: not to be used
	 *   others	the program's
	 */
	.globl syscall_entry
syscall_entry:
	mov %rsp, user_rsp(%rip)
	lea kernel_stack_top(%rip), %rsp
	push $SEL_USER_DATA
	push user_rsp(%rip)
	push %r11
	push $SEL_USER_CODE
	push %rcx
	sub $TF_rip, %rsp
	/*
	 * Registers as above but for RSP. On the kernel stack, by syscall_entry, or
	 * by a page fault that was a call:
	 *	SS, RSP, RFLAGS, CS, RIP
	 *	room for the rest of the trap frame, not filled yet
	 * RSP ->	user_frame
	 */
syscall_common:
	/*
	 * A call's registers are a C function's arguments, but for R10, whose place
	 * is RCX. The frame keeps them for the way back, and for a restart. C code
	 * keeps RBX, RBP and R12 to R15 as they are.
	 */
	.irp register, rax, rdx, rsi, rdi, r8, r9, r10
	mov %\register, TF_\register(%rsp)
	.endr
	mov %eax, %r11d /* Linux, too, looks at 32 bits of the number */
	cmp syscall_limit(%rip), %r11
	jae syscall_whole_frame
	lea syscall_table(%rip), %rax
	mov %r10, %rcx
	call *(%rax, %r11, 8)
	cmpb $0, work_pending(%rip)
	jne syscall_work
	/*
	 * RAX: the result. RBX, RBP, R12 to R15: the program's. RSP: user_frame, which
	 * has the others. RCX and R11 are the program's to lose.
	 */
	.globl syscall_return
syscall_return:
	/*
	 * sysretq faults in ring 0 if RCX is not canonical (Intel), on the
	 * program's stack: only an address in the low half goes to it.
	 */
	mov TF_rip(%rsp), %rcx
	mov %rcx, %r11
	shr $47, %r11
	jnz syscall_bad_return
	.irp register, rdx, rsi, rdi, r8, r9, r10
	mov TF_\register(%rsp), %\register
	.endr
	mov TF_rflags(%rsp), %r11
	/* A program that jumped to syscall_entry chose R11 itself: it may not set IOPL. */
	and $RFLAGS_USER, %r11d
	or $RFLAGS_IF | RFLAGS_1, %r11d
	mov TF_rsp(%rsp), %rsp
	sysretq

	/*
	 * Calls, and ends of calls, that take all of the trap frame: thread switches,
	 * signals. RSP: user_frame, its rax not stored yet. RAX: the number, or the
	 * result. RBX, RBP, R12 to R15: the program's.
	 */
syscall_bad_return:
	lea trap_bad_return(%rip), %rcx
	jmp 1f
syscall_work:
	lea return_work(%rip), %rcx
	jmp 1f
syscall_whole_frame:
	lea syscall_dispatch(%rip), %rcx
1:	mov %rax, TF_rax(%rsp)
	SAVE_REST
	mov %rsp, %rdi
	call *%rcx
	.irp register, rax, rbx, rbp, r12, r13, r14, r15
	mov TF_\register(%rsp), %\register
	.endr
	jmp syscall_return

	/* Handlers that want all registers in the frame. */
	.irp handler, sys_clone, sys_clone3, sys_fork, sys_vfork, sys_rt_sigreturn
	.globl whole_\handler
whole_\handler:
	SAVE_REST
	jmp \handler
	.endr

	/* syscall_invoke(frame): the call that the frame holds, as syscall_entry makes it. */
	.globl syscall_invoke
syscall_invoke:
	.irp register, rbx, rbp, r12, r13, r14, r15
	push %\register
	.endr
	sub $8, %rsp /* stack alignment */
	mov TF_rax(%rdi), %eax
	lea syscall_table(%rip), %r11
	mov (%r11, %rax, 8), %r11
	.irp register, rdx, rsi, r8, r9, rbx, rbp, r12, r13, r14, r15
	mov TF_\register(%rdi), %\register
	.endr
	mov TF_r10(%rdi), %rcx
	mov TF_rdi(%rdi), %rdi
	call *%r11
	add $8, %rsp
	.irp register, r15, r14, r13, r12, rbp, rbx
	pop %\register
	.endr
	ret

bad_return:
	mov %rsp, %rdi
	call trap_bad_return
	ud2

	.section .bss
	.balign 8
user_rsp:
	.skip 8

	.section .note.GNU-stack, "", @progbits
