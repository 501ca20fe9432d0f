/* SPDX-License-Identifier: MIT */
/* The one process: its file and its end. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Does a call that takes a process's number, 0 for the caller's own, name this one? */
bool process_is(int pid);

/* The name of the program's file, as seen from the first working directory. Kept, not copied. */
void process_set_name(const char *name);

/* That name. */
const char *process_name(void);

/* Its absolute path: /proc/self/exe. */
const char *process_path(void);

/* Ends the program with exit status `status` & 0xff. */
void process_exit(int status) __attribute__((noreturn));

/* Ends the program by a signal. */
void process_kill(int sig) __attribute__((noreturn));

/* Ends the program because the guest is out of memory. */
void process_out_of_memory(void) __attribute__((noreturn));

#endif
