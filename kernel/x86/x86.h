/* SPDX-License-Identifier: MIT */
/*
 * Instructions that C can't say, and the bits they take. All of the kernel's
 * inline assembly is here. Names and bits are those of the Intel Software
 * Developer's Manual, volumes 3 (2.5) and 4 (2.1).
 */
#ifndef X86_H
#define X86_H

#include <stdbool.h>
#include <stdint.h>

#include "../abi.h"

#define MSR_STAR    0xc0000081
#define MSR_LSTAR   0xc0000082
#define MSR_SFMASK  0xc0000084
#define MSR_EFER    0xc0000080
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101

#define EFER_NXE (1u << 11)

#define CR4_UMIP     (1u << 11) /* ring 3 can't read the addresses of GDT and IDT */
#define CR4_FSGSBASE (1u << 16) /* ring 3 may use rdfsbase and its kin */
#define CR4_OSXSAVE  (1u << 18) /* ring 3 may use xsave and what XCR0 enables */
#define CR4_SMEP     (1u << 20) /* ring 0 can't execute the program's pages */
#define CR4_SMAP     (1u << 21) /* ring 0 can't read or write them */

#define CPUID_7_EBX_FSGSBASE  (1u << 0)
#define CPUID_7_EBX_SMEP      (1u << 7)
#define CPUID_7_EBX_SMAP      (1u << 20)
#define CPUID_7_ECX_UMIP      (1u << 2)
#define CPUID_80000001_EDX_NX (1u << 20)

#define PF_WRITE (1u << 1) /* page-fault error code: a write */
#define PF_USER	 (1u << 2) /* in ring 3 */
#define PF_FETCH (1u << 4) /* an instruction fetch */

struct cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(0));
	return r;
}

/* To 512 bytes, 16-byte aligned. */
static inline void fxsave(void *to)
{
	__asm__ volatile("fxsave64 (%0)" : : "r"(to) : "memory");
}

/* Who isn't seen by the compiler may read and write what is at this address. */
static inline void compiler_escape(const void *object)
{
	__asm__ volatile("" : : "r"(object) : "memory");
}

static inline void outl(uint16_t port, uint32_t value)
{
	/* "memory": the host reads and writes what the value points at. */
	__asm__ volatile("outl %0, %1" : : "a"(value), "d"(port) : "memory");
}

/* An `out` and the `in` of its result, which the host may do in one: see HC_RESULT_AT_ONCE. */
static inline int32_t outl_inl(uint16_t port, uint32_t value)
{
	__asm__ volatile("lea 1f(%%rip), %%rcx\n\t"
			 "outl %0, %1\n\t"
			 "inl %1, %0\n"
			 "1:"
			 : "+a"(value)
			 : "d"(port), "S"(HC_RESULT_AT_ONCE)
			 : "rcx", "memory");
	return value;
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

#define READ_CR(n)                                                                                 \
	static inline uint64_t read_cr##n(void)                                                    \
	{                                                                                          \
		uint64_t value;                                                                    \
                                                                                                   \
		__asm__ volatile("mov %%cr" #n ", %0" : "=r"(value));                              \
		return value;                                                                      \
	}
READ_CR(2)
READ_CR(3)
READ_CR(4)

#ifndef HOST_TEST
static inline void write_cr3(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline void write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static inline void invlpg(uint64_t va)
{
	__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}

/* Drops all translations of the page tables in use: no page is global, CR4.PCIDE is 0. */
static inline void flush_tlb(void)
{
	write_cr3(read_cr3());
}
#else
/* Tests run page tables that no CPU uses. */
static inline void write_cr3(uint64_t value)
{
	(void)value;
}

static inline void invlpg(uint64_t va)
{
	(void)va;
}

static inline void flush_tlb(void)
{
}
#endif

static inline void lgdt(const void *pointer)
{
	__asm__ volatile("lgdt (%0)" : : "r"(pointer) : "memory");
}

static inline void lidt(const void *pointer)
{
	__asm__ volatile("lidt (%0)" : : "r"(pointer) : "memory");
}

static inline void ltr(uint16_t selector)
{
	__asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

/* DS, ES, FS and GS mean nothing in 64-bit mode, but a program can read their selectors. */
static inline void clear_data_segments(void)
{
	__asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs" : : "r"(0));
}

/*
 * Both go upwards, by 8 bytes and at the end by one. "&": bytes % 8 is still read when
 * the count has changed, so the two may not share a register.
 */
static inline void rep_stos(void *to, uint64_t value, uint64_t bytes)
{
	uint64_t words = bytes / 8;

	__asm__ volatile("rep stosq\n\tmov %3, %%rcx\n\trep stosb"
			 : "+&D"(to), "+&c"(words)
			 : "a"(value), "r"(bytes % 8)
			 : "memory");
}

static inline void rep_movs(void *to, const void *from, uint64_t bytes)
{
	uint64_t words = bytes / 8;

	__asm__ volatile("rep movsq\n\tmov %3, %%rcx\n\trep movsb"
			 : "+&D"(to), "+&S"(from), "+&c"(words)
			 : "r"(bytes % 8)
			 : "memory");
}

/* Where `byte` first is. It must be there. */
static inline const char *repne_scasb(const char *text, uint8_t byte)
{
	uint64_t most = UINT64_MAX;

	__asm__ volatile("repne scasb" : "+D"(text), "+c"(most) : "a"(byte) : "memory", "cc");
	return text - 1;
}

/* How many of the first `most` bytes, not 0, lie before `byte`: all of them, if it isn't there. */
static inline uint64_t repne_scasb_most(const char *text, uint8_t byte, uint64_t most)
{
	const char *end = text;
	bool found;

	__asm__ volatile("repne scasb"
			 : "+D"(end), "+c"(most), "=@ccz"(found)
			 : "a"(byte)
			 : "memory");
	return end - text - found;
}

static inline void cpu_pause(void)
{
	__asm__ volatile("pause");
}

static inline void hlt(void)
{
	__asm__ volatile("hlt" : : : "memory");
}

#endif
