/* SPDX-License-Identifier: MIT */
/* All that the page tables map, for `monitor info tlb`. */
#ifndef PAGEWALK_H
#define PAGEWALK_H

#include <stdio.h>

#include "machine.h"

/*
 * Writes a line for each range of virtual addresses with the same rights: where it lies in physical
 * memory, and what the kernel has there. Tables may name each other in circles: it ends after as
 * many entries as all of guest memory could need.
 */
void pagewalk_print(const struct machine *machine, FILE *out);

#endif
