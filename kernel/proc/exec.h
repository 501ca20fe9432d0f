/* SPDX-License-Identifier: MIT */
/* Loads the program and its stack. */
#ifndef EXEC_H
#define EXEC_H

#include "../x86/trap_frame.h"
#include "stack.h"

/*
 * Loads the ELF file string(argv, 0) and lays out its stack; completes
 * `contents` from the file and sets the frame, zeros before, to the program's first
 * instruction. If that can't be done, tells the user and ends with
 * STATUS_NOEXEC or STATUS_NOTFOUND.
 */
void exec_program(struct stack_contents *contents, struct trap_frame *frame);

/*
 * Lets pages of the program's own file (VMA_IMAGE) hold what the file has
 * again. Where that can't be read any more they stay as they are.
 */
void exec_restore(uint64_t start, uint64_t end);

#endif
