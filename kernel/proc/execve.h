/* SPDX-License-Identifier: MIT */
/* execve(2) of a process that runs. */
#ifndef EXECVE_H
#define EXECVE_H

#include "../types.h"

/*
 * Replaces the current process's program. `name` is the file's name for the new program, a string
 * of the kernel's; `host` is its name for the host, NULL: the same. `argv` and `envp` are addresses
 * of vectors in the old program, 0: empty ones. Doesn't return; or returns a negative errno, and
 * has changed nothing.
 */
int64_t process_exec(const char *name, const char *host, uaddr_t argv, uaddr_t envp);

#endif
