/* SPDX-License-Identifier: MIT */
/* The file of the program. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "hostfile.h"

/*
 * Finds what the kernel's first open of the program is to get: the host's file
 * that hostfiles_init() has opened, or else the one beneath --root; and as with
 * execve(2) the user must be allowed to execute it, or else that open is
 * -EACCES. Call before the sandbox is entered.
 */
void program_find(struct hostfiles *files);

#endif
