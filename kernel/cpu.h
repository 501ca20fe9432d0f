/* SPDX-License-Identifier: MIT */
/* The CPU's tables, control registers and MSRs. */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stdint.h>

/* Loads GDT, TSS and IDT, turns on what CPUID has of NX, SMEP, SMAP and UMIP, and `syscall`. */
void cpu_init(void);

/* Is EFER.NXE on? Valid after cpu_init(). */
bool cpu_has_nx(void);

/* CPUID.1:EDX, or 0: what AT_HWCAP tells a program. */
uint32_t cpu_hwcap(void);

#endif
