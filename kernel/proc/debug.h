/* SPDX-License-Identifier: MIT */
/* Places where a debugger's breakpoint sees what it waits for: see debug_table.h. They do nothing.
 */
#ifndef DEBUG_H
#define DEBUG_H

/* The current process is about to execute the first instruction of a program. */
void debug_program_starts(void);

/* The current process is about to be killed by this signal; its registers are in user_frame. */
void debug_program_dies(int sig);

/* Entries and returns of trap.S, of no use to C but for their addresses. */
void trap_1(void);
void trap_3(void);
void syscall_return(void);

#endif
