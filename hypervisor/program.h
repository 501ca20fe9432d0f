/* SPDX-License-Identifier: MIT */
/* The file of the program. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "hostfile.h"

/*
 * Finds the file that the kernel gets when it opens the program: the host's, which
 * hostfiles_init() has opened, or else the one beneath --root. As with execve(2),
 * the user must be allowed to execute it; if not, that open is -EACCES. Call before
 * the sandbox is entered.
 */
void program_find(struct hostfiles *files);

#endif
