/* SPDX-License-Identifier: MIT */
/* Kinds of addresses, so that one in the wrong place looks wrong. See gpa_t in abi.h, too. */
#ifndef TYPES_H
#define TYPES_H

#include <stdint.h>

typedef uint64_t paddr_t; /* of physical memory; for the host it is a gpa_t */
typedef uint64_t uaddr_t; /* of the program's memory; as a program gave it, unchecked */

#endif
