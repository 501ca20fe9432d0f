/* SPDX-License-Identifier: MIT */
/* Ways into the kernel: exceptions and system calls, and the frame they leave on its stack. */
#ifndef TRAP_H
#define TRAP_H

/* Offsets in struct trap_frame, for trap.S. */
#define TF_VECTOR 120
#define TF_RIP	  136
#define TF_RFLAGS 152
#define TF_RSP	  160
#define TF_SIZE	  176

#define VECTOR_PF      14
#define VECTOR_SYSCALL 256 /* no vector: the frame of a system call */
#define SYSCALL_BYTES  2   /* length of the instruction */

/* RFLAGS that are a program's to set: CF PF AF ZF SF TF DF OF NT AC ID. Never IOPL. */
#define RFLAGS_USER	      0x244dd5
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
_Static_assert(offsetof(struct trap_frame, vector) == TF_VECTOR, "trap.S");
_Static_assert(offsetof(struct trap_frame, rip) == TF_RIP, "trap.S");
_Static_assert(offsetof(struct trap_frame, rflags) == TF_RFLAGS, "trap.S");
_Static_assert(offsetof(struct trap_frame, rsp) == TF_RSP, "trap.S");
_Static_assert(sizeof(struct trap_frame) == TF_SIZE && TF_SIZE % 16 == 0, "stack alignment");

/* Called by trap.S with the frame on the stack; both change the frame that is returned to. */
void trap_dispatch(struct trap_frame *frame);
extern void (*syscall_entered)(struct trap_frame *frame);

/* Called instead of a sysretq whose RIP is not in the program's half. Does not return. */
void trap_bad_return(struct trap_frame *frame) __attribute__((noreturn));

/* Enters ring 3 with the registers of the frame, but for flags that aren't its to set. In trap.S.
 */
void trap_return(const struct trap_frame *frame) __attribute__((noreturn));

/* Where `syscall` enters. In trap.S. */
void syscall_entry(void);
#endif

#endif
