/* SPDX-License-Identifier: MIT */
/*
 * What the kernel tells a debugger, for the hypervisor's --gdb: where in its memory it
 * says which program runs, and where in its code a breakpoint sees what a debugger waits
 * for. A constant, which nothing in the kernel reads: it costs no instruction. The
 * hypervisor finds it by its name in kernel.elf, and believes none of it unchecked.
 */
#ifndef DEBUG_TABLE_H
#define DEBUG_TABLE_H

#include <stdint.h>

#define DEBUG_TABLE_NAME    "debug_table"
#define DEBUG_TABLE_MAGIC   0x656c626174677562 /* "bugtable" */
#define DEBUG_TABLE_VERSION 1		       /* another one means another struct */

/* Addresses are virtual, offsets in bytes. */
struct debug_table {
	uint64_t magic;
	uint32_t version;
	uint32_t size; /* of this struct */
	uint64_t self; /* its own address: that of kernel.elf is of this image, then */

	/* Code. Executed when a program is about to execute its first instruction, in its space; */
	uint64_t program_starts;
	/* when a program is about to be killed by a signal, whose number is in EDI; */
	uint64_t program_dies;
	/* before each return to ring 3, by one of the two ways; no page changes from there on. */
	uint64_t trap_return;
	uint64_t syscall_return;
	/* The entries of #DB and #BP, RSP at the CPU's frame: SDM 3, 6.14.2. */
	uint64_t trap_debug;
	uint64_t trap_breakpoint;

	uint64_t user_frame;	  /* struct trap_frame: the registers that ring 3 was left with */
	uint64_t current_process; /* a pointer to a process */
	/* Of a process. */
	uint32_t process_pid;	  /* int */
	uint32_t process_program; /* a pointer to its program */
	/* Of a program. */
	uint32_t program_exe;	   /* a pointer to the name of its file */
	uint32_t program_auxv;	   /* the address of its auxiliary vector, in its space, */
	uint32_t program_auxv_end; /* and of that one's end */
	uint32_t reserved;
};

#endif
