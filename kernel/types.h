/* SPDX-License-Identifier: MIT */
/* Kinds of addresses, so that one in the wrong place looks wrong. */
#ifndef TYPES_H
#define TYPES_H

#include <stdint.h>

typedef uint64_t uaddr_t; /* of the program's memory, as the program gave it: unchecked */

#endif
