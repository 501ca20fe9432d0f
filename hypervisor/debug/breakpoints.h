/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints and watchpoints.
 *
 * A software breakpoint is an instruction of one byte in guest memory: in the pages of ring 3
 * int3; elsewhere hlt, which every KVM exits for, while some exit for no int3. It is there only
 * while the guest runs: while it stands still, memory is as the guest knows it. One of a program's
 * may lie in a page that isn't populated yet: it is planted when that page is there, see
 * breakpoints_plant().
 * Hardware breakpoints, four, are in the debug registers: they hold in all address spaces.
 */
#ifndef BREAKPOINTS_H
#define BREAKPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

#define BREAKPOINTS_MAX 256

/* Bytes by which a breakpoint's place is recognized while its space isn't the current one. */
#define BREAKPOINT_CONTEXT 16

#define OPCODE_INT3 0xcc /* SDM 2, INT n/INTO/INT3/INT1 */
#define OPCODE_HLT  0xf4 /* SDM 2, HLT */

/* Who asked for a breakpoint: a set of these. */
enum {
	OF_GDB = 1 << 0,
	OF_HOOK = 1 << 1, /* the debugger itself, at a place of struct debug_table */
	OF_STEP = 1 << 2, /* the debugger itself: where the instruction that is stepped goes on */
};

/*
 * The program that breakpoints in the low half belong to. Others that share its pages meet them,
 * too.
 */
struct owner {
	bool known; /* else an address is looked up in whatever space is the current one */
	uint64_t cr3;
};

struct breakpoint {
	uint64_t address;
	unsigned askers;
	bool of_program; /* it is planted where ring 3 may be, and in the owner's space alone */
	struct owner owner;
	bool planted;
	/* Where it is planted, or was: what is planted, and what memory has from there on. */
	bool seen;
	gpa_t gpa;
	uint8_t opcode;
	uint8_t original[BREAKPOINT_CONTEXT];
};

/* As KVM_SET_GUEST_DEBUG has them: RW and LEN of SDM 3, 17.2.4. */
enum watch { WATCH_EXECUTE = 0, WATCH_WRITE = 1, WATCH_ACCESS = 3 };

struct hardware {
	bool used;
	enum watch watch;
	uint64_t address;
	unsigned length; /* 1, 2, 4 or 8, to which `address` is aligned */
};

#define HARDWARE_MAX 4

struct breakpoints {
	struct breakpoint soft[BREAKPOINTS_MAX];
	size_t count;
	struct hardware hard[HARDWARE_MAX];
};

/* Adds one who asks for a software breakpoint. Returns 0 or -ENOSPC. */
int breakpoint_add(struct breakpoints *all, uint64_t address, unsigned asker, bool of_program,
		   struct owner owner);

/* gdb's breakpoints in programs belong to another program from now on. */
void breakpoints_set_owner(struct breakpoints *all, struct owner owner);

/* Drops one who asks, at an address, or everywhere. */
void breakpoint_remove(struct breakpoints *all, uint64_t address, unsigned asker);
void breakpoints_remove_all(struct breakpoints *all, unsigned asker);

/* The software breakpoint at that address, or NULL. */
const struct breakpoint *breakpoint_at(const struct breakpoints *all, uint64_t address);

/* Is there one in a program, which may have to be planted when a page is populated? */
bool breakpoints_want_pages(const struct breakpoints *all);

/*
 * Plants what can be, but for the one at `except`, if that isn't NULL. None is planted.
 * A program's breakpoint is planted where its owner has it; while another process runs, where
 * it was last if that is the same code still: a child of fork(2) has that page, too.
 */
void breakpoints_plant(struct breakpoints *all, const struct memory *memory,
		       const uint64_t *except);

/* Lifts all: memory is as it was. */
void breakpoints_lift(struct breakpoints *all, const struct memory *memory);

/* Adds or drops a hardware breakpoint or watchpoint. Returns 0, -ENOSPC or -ENOENT. */
int hardware_add(struct breakpoints *all, enum watch watch, uint64_t address, uint64_t length);
int hardware_remove(struct breakpoints *all, enum watch watch, uint64_t address, uint64_t length);

/* Sets DR0 to DR3 and DR7, in the order of KVM_SET_GUEST_DEBUG. */
void hardware_registers(const struct breakpoints *all, __u64 debugreg[8]);

#endif
