/* SPDX-License-Identifier: MIT */
/* The CPU's tables, control registers and MSRs. */
#include "cpu.h"

#include "../abi.h"
#include "trap_frame.h"
#include "x86.h"

/*
 * syscall loads CS from bits 47:32, SS from the next selector; sysretq loads
 * SS from bits 63:48 + 8 and CS from + 16, both with RPL 3 (SDM 3, 5.8.8).
 */
#define STAR_VALUE ((uint64_t)0x0020 << 48 | (uint64_t)SEL_KERNEL_CODE << 32)

/* The flags that syscall clears: all but the fixed bit 1 and the reserved ones. */
#define SFMASK_VALUE 0x3f7fd5

/* From descriptors.S. */
extern const char gdt_pointer[], idt_pointer[];

#define HWCAP2_FSGSBASE (1u << 1) /* Documentation/arch/x86/elf_auxvec.rst */

struct cpu_features cpu = {.xsave_size = 512};

static void enable_features(void)
{
	uint32_t max_leaf = cpuid(0).eax;
	struct cpuid leaf1 = {0}, leaf7 = {0};
	uint64_t cr4 = read_cr4();

	/* A host that sets no CPUID answers zeros: then nothing is turned on. */
	if (max_leaf >= 1)
		leaf1 = cpuid(1);
	if (max_leaf >= 7)
		leaf7 = cpuid(7);
	cr4 |= leaf7.ebx & CPUID_7_EBX_SMEP ? CR4_SMEP : 0;
	cr4 |= leaf7.ebx & CPUID_7_EBX_SMAP ? CR4_SMAP : 0;
	cr4 |= leaf7.ecx & CPUID_7_ECX_UMIP ? CR4_UMIP : 0;
	cr4 |= leaf7.ebx & CPUID_7_EBX_FSGSBASE ? CR4_FSGSBASE : 0;
	write_cr4(cr4);
	cpu.hwcap = leaf1.edx;
	cpu.hwcap2 = cr4 & CR4_FSGSBASE ? HWCAP2_FSGSBASE : 0;
	cpu.nx = cpuid(0x80000000).eax >= 0x80000001 &&
		 cpuid(0x80000001).edx & CPUID_80000001_EDX_NX;
	if (cpu.nx)
		wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
}

void cpu_init(void)
{
	/* The boot segments are those of this GDT, so none but the TSS is to be loaded. */
	lgdt(gdt_pointer);
	lidt(idt_pointer);
	ltr(SEL_TSS);
	clear_data_segments();
	wrmsr(MSR_STAR, STAR_VALUE);
	wrmsr(MSR_LSTAR, (uint64_t)syscall_entry);
	wrmsr(MSR_SFMASK, SFMASK_VALUE);
	enable_features();
}

void cpu_enable_xsave(uint32_t xcr0)
{
	cpu.xfeatures = xcr0;
	cpu.xsave_size = cpuid(0xd).ebx; /* for what XCR0 holds */
	write_cr4(read_cr4() | CR4_OSXSAVE);
}
