/* SPDX-License-Identifier: MIT */
/* Ends of tasks. Those of the process are in process.h. */
#ifndef EXIT_H
#define EXIT_H

/* Ends the current task as exit(2) does; with the last one, the program. */
void task_exit(int status) __attribute__((noreturn));

#endif
