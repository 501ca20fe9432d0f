/* SPDX-License-Identifier: MIT */
/* The CPU's tables, control registers and MSRs. */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Loads GDT, TSS and IDT, turns on what CPUID has of NX, SMEP, SMAP, UMIP and FSGSBASE,
 * and `syscall`.
 */
void cpu_init(void);

/* Lets the program use xsave, and what of AVX is in the vCPU's XCR0: `xcr0`. */
void cpu_enable_xsave(uint32_t xcr0);

/* What fxsave stores, and where of it the bytes begin that are software's: SDM 1, 10.5.1. */
#define FXSAVE_BYTES	512
#define FXSAVE_SOFTWARE 464

/* What the CPU has, once that is turned on. */
struct cpu_features {
	bool nx; /* EFER.NXE is on */
	/*
	 * What a program may do with its FP and SIMD state: the bits of XCR0, and the
	 * bytes that xsave takes for them. 0 and 512: there is only fxsave.
	 */
	uint32_t xfeatures, xsave_size;
	/* What AT_HWCAP and AT_HWCAP2 tell it: CPUID.1:EDX; bit 1, it may use rdfsbase. */
	uint32_t hwcap, hwcap2;
};
extern struct cpu_features cpu;

#endif
