/* SPDX-License-Identifier: MIT */
/*
 * Code for ring 3: a page of it is mapped into the program, as Linux maps its
 * vDSO. It saves and restores the state of FPU and SIMD units, which the
 * kernel never touches: where ring 0 is interpreted (kvm_pvm) it has no xsave.
 * The page is the program's; nothing here is trusted.
 *
 * In all of it, R8: the features to save, of XCR0; 0: use fxsave. R9, and R10
 * where there are two: areas of cpu_xsave_size() bytes, 64-byte aligned.
 */
#include <asm/unistd_64.h>

	.macro SAVE area
	mov %r8d, %eax
	xor %edx, %edx
	test %eax, %eax
	jz 1f
	xsave64 (\area)
	jmp 2f
1:	fxsave64 (\area)
2:
	.endm

	.macro RESTORE area
	mov %r8d, %eax
	xor %edx, %edx
	test %eax, %eax
	jz 1f
	xrstor64 (\area)
	jmp 2f
1:	fxrstor64 (\area)
2:
	.endm

	.section .rodata
	.balign 16
	.globl trampoline, trampoline_handler, trampoline_restore, trampoline_restored
	.globl trampoline_switch, trampoline_switched, trampoline_end
trampoline:
	/*
	 * Into a signal handler, with the FPU as a program starts with it. R9: where
	 * the state goes. RBX: the handler; RDI, RSI, RDX: its arguments. Not in RCX and
	 * R11: sysretq takes them.
	 */
trampoline_handler:
	mov %rdx, %r10
	SAVE %r9
	fninit
	ldmxcsr default_mxcsr(%rip)
	mov %r10, %rdx
	xor %eax, %eax
	jmp *%rbx
	.balign 4 /* the program may have alignment checked */
default_mxcsr:
	.long 0x1f80 /* SDM 1, 10.2.3: all exceptions masked */

	/* Out of one. R9: the state. The kernel sees by RIP that it is done. */
trampoline_restore:
	RESTORE %r9
	mov $__NR_rt_sigreturn, %eax
	syscall
trampoline_restored:

	/* From one thread to another. R9: where the state goes, R10: where it comes from; or 0. */
trampoline_switch:
	test %r9, %r9
	jz 3f
	SAVE %r9
3:	test %r10, %r10
	jz 4f
	RESTORE %r10
4:	mov $__NR_rt_sigreturn, %eax
	syscall
trampoline_switched:
trampoline_end:

	.section .note.GNU-stack, "", @progbits
