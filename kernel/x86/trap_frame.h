/* SPDX-License-Identifier: MIT */
/* The trap frame: a program's registers, as every way into the kernel leaves them on its stack. */
#ifndef TRAP_FRAME_H
#define TRAP_FRAME_H

#define VECTOR_PF      14
#define VECTOR_SYSCALL 256 /* no vector: the frame of a system call */
#define SYSCALL_BYTES  2   /* length of the instruction */

#define TRAP_FRAME_SIZE 176 /* struct trap_frame */

/* RFLAGS that are a program's to set: CF PF AF ZF SF TF DF OF NT AC ID. Never IOPL. */
#define RFLAGS_USER	      0x244dd5
#define RFLAGS_TF	      0x100
#define RFLAGS_HANDLER_CLEARS 0x500 /* TF, DF: as a function expects them */
#define RFLAGS_IF	      0x200
#define RFLAGS_1	      0x2 /* reads as 1 */

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

/*
 * A program's registers, pushed by trap.S and (from error on) by the CPU. Up
 * to rcx in the order of Linux's struct sigcontext, which sigframe.c relies on.
 */
struct trap_frame {
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx;
	uint64_t vector;
	uint64_t error; /* 0 where the exception has none */
	uint64_t rip, cs, rflags, rsp, ss;
};
_Static_assert(offsetof(struct trap_frame, ss) == 21 * 8, "trap.S knows the order, too");
_Static_assert(sizeof(struct trap_frame) == TRAP_FRAME_SIZE, "kernel.ld and trap.S know it, too");
_Static_assert(sizeof(struct trap_frame) % 16 == 0, "stack alignment");

/*
 * The registers with which ring 3 entered the kernel: each entry leaves them at
 * the top of the kernel stack. Of a system call, see syscall/syscall.h.
 */
extern struct trap_frame user_frame;

/*
 * Enters ring 3 with the registers of the frame, but for flags that aren't its
 * to set. In trap.S.
 */
void trap_return(const struct trap_frame *frame) __attribute__((noreturn));

/* Where `syscall` enters. In trap.S. */
void syscall_entry(void);

/* Makes the call whose registers the frame holds; there is one. In trap.S. Returns its result. */
int64_t syscall_invoke(const struct trap_frame *frame);
#endif

#endif
