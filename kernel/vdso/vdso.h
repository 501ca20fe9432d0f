/* SPDX-License-Identifier: MIT */
/* The two pages of the kernel's image that each program sees, from VDSO_START on. */
#ifndef VDSO_H
#define VDSO_H

#include <stdint.h>

#include "clock_page.h"

extern struct clock_page clock_page; /* clock.c fills it in */
extern const uint8_t vdso_image[];   /* an ELF file of one page: vdso.c */

#endif
