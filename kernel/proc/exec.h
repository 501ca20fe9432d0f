/* SPDX-License-Identifier: MIT */
/* Executes a program: loads it, its interpreter and its stack. */
#ifndef EXEC_H
#define EXEC_H

#include <stdbool.h>
#include <stdint.h>

#include "../x86/trap_frame.h"
#include "elf.h"
#include "exec_file.h"
#include "script.h"
#include "stack.h"

#define EXEC_LEAD_MAX (2 * SCRIPT_LEVELS + 1)

/*
 * One execve(2), up to its point of no return. It is large: exec_load() sets
 * what is needed but for host and scratch.
 */
struct exec {
	struct space *space;
	struct elf_plan *plan; /* of the program */
	struct exec_file file; /* the program, or a script on the way to it */
	struct exec_file interpreter;
	const char *host; /* how the host finds the program; NULL: by its name */
	void *scratch; /* where the stack can be laid out if page frames lie in no row, or NULL */
	uint64_t scratch_bytes;
	const char *name;    /* of the file at hand */
	const char *problem; /* what is wrong with it; NULL: the errno says it */
	const char *loaded;  /* the program's name: execfn, or of a script its interpreter */
	uaddr_t entry;	     /* RIP and RSP that it starts with */
	uaddr_t rsp;
	uaddr_t vdso;		  /* the address of its ELF header, 0: it isn't mapped */
	struct stack_parts parts; /* of the stack */
	unsigned levels;	  /* scripts on the way */
	char lines[SCRIPT_LEVELS][SCRIPT_LINE];
	const char *lead[EXEC_LEAD_MAX]; /* filled from its end */
};

/*
 * Loads the program contents->execfn, or the interpreter of that script, its own
 * interpreter and its stack into an empty space, not necessarily the current one;
 * completes `contents` and *plan. `check_mode`: see exec_file_open(). Changes nothing of
 * the process that runs: with an error it goes on as it was, and the space is to be
 * thrown away. Returns 0 or an errno, which is about the file exec->name.
 */
int exec_load(struct exec *exec, struct space *space, struct elf_plan *plan,
	      struct stack_contents *contents, bool check_mode);

/*
 * Loads the first program, contents->execfn, and sets the frame, zeros before, to its
 * first instruction. If that can't be done, tells the user and ends with STATUS_NOEXEC
 * or STATUS_NOTFOUND. `no_files`: the host opens no file but that one.
 */
void exec_program(struct stack_contents *contents, bool no_files, struct trap_frame *frame);

/*
 * Lets pages of the program's own file (VMA_IMAGE) hold what the file has
 * again. Where that can't be read any more they stay as they are.
 */
void exec_restore(uint64_t start, uint64_t end);

#endif
