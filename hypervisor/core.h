/* SPDX-License-Identifier: MIT */
/* --core: the file for a core, and the core of a machine whose kernel has failed. */
#ifndef CORE_H
#define CORE_H

#include <stdbool.h>

#include "vm.h"

/* Opens the file, for the guest or for core_write(). Returns a host fd. Dies if it can't be opened.
 */
int core_open(const char *path);

/*
 * Writes an ELF core to the file, from its start: the vCPU's registers, all of guest memory, and by
 * which virtual addresses the page tables show it. Failures are told, no more. Works in the
 * sandbox.
 */
void core_write(const struct vm *vm, int fd);

#endif
