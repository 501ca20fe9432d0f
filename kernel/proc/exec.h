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
 * One execve(2), up to its point of no return. The caller sets `host` and `scratch`; it needn't
 * clear the rest, which is large: exec_load() sets what it needs.
 */
struct exec {
	struct space *space;
	struct elf_plan *plan; /* of the program */
	struct exec_file file; /* the program, or a script on the way to it */
	struct exec_file interpreter;
	const char *host;    /* how the host finds the program; NULL: by its name */
	struct file *opened; /* or the program, a file of a tmpfs, which is then taken over; NULL */
	void *scratch; /* for the stack's image, if there are no contiguous page frames; or NULL */
	uint64_t scratch_bytes;
	const char *name;    /* of the file that is being loaded */
	const char *problem; /* what is wrong with it; NULL: the errno tells all */
	struct file *kept;   /* its file, if all went well: exec_file_keep() */
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
 * Loads a program into an empty space, which needn't be the current one: contents->execfn or, if
 * that is a script, its interpreter. With it come its ELF interpreter and its stack. Completes
 * `contents` and *plan. `check_mode`: see exec_file_open(). Changes nothing of the current
 * process: after an error that goes on, and the caller frees the space. Returns 0 or an errno,
 * which is about the file exec->name.
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
 * Reads the pages of [start, end), of the program's own file (VMA_IMAGE), again. If the file can't
 * be read any more, they stay as they are.
 */
void exec_restore(uint64_t start, uint64_t end);

#endif
