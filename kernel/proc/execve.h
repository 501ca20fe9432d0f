/* SPDX-License-Identifier: MIT */
/* execve(2) of a process that runs. */
#ifndef EXECVE_H
#define EXECVE_H

#include "../types.h"

/*
 * Executes a program in place of the current process's. `name` is a string of the kernel's, which
 * the program gets to see; `host` is how the host finds that file, NULL: by the name. `argv` and
 * `envp` are the program's addresses of its vectors, 0: empty ones. Returns a negative errno, and
 * has changed nothing; or doesn't return.
 */
int64_t process_exec(const char *name, const char *host, uaddr_t argv, uaddr_t envp);

#endif
