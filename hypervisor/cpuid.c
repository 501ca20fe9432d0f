/* SPDX-License-Identifier: MIT */
/*
 * What the guest sees of CPUID. Of the leaves that KVM supports it gets those in a
 * table here, each register through a mask; all others are zero. So the guest sees
 * the CPU's instructions and caches. It sees no APIC, no topology, no virtualization,
 * no performance counters, no leaves of KVM's own, and no feature that is nothing
 * without an MSR that it can't reach (restrict_msrs() in vm.c), or whose state isn't in
 * XCR0; rdpid and umwait work with the value that theirs has at reset. Leaves and bits:
 * SDM 2, CPUID, table 3-17; APM 3, appendix E.
 */
#include "cpuid.h"

#include <cpuid.h>
#include <stddef.h>

#define BIT(n)	      (1u << (n))
#define BITS(from, n) ((BIT(n) - 1) << (from))
#define ALL	      UINT32_MAX
#define ANY_INDEX     UINT32_MAX

#define LEAF_XSAVE	   0xd
#define LEAF_CACHES_AMD	   0x8000001d
#define CACHE_TYPE	   BITS(0, 5)	/* 0: no more caches */
#define CACHE_SHARED_BY	   BITS(14, 12) /* logical CPUs that share the cache, less one */
#define CACHE_CORES	   BITS(26, 6)	/* of the package, less one; reserved by AMD */
#define XSAVE_LEGACY_BYTES 576		/* SDM 1, 13.4: legacy region and header */

/* Features of leaf 1 EDX, and alike of 0x80000001 EDX, that are MSRs, or an APIC. */
#define EDX_MSRS                                                                                   \
	(BIT(7) /* MCE */ | BIT(9) /* APIC */ | BIT(12) /* MTRR */ | BIT(14) /* MCA */ |           \
	 BIT(16) /* PAT */)

static const struct leaf {
	uint32_t function;
	uint32_t index;
	uint32_t eax, ebx, ecx, edx; /* what passes */
	/* Some KVMs leave it to the VMM: if all registers are zero, they are this CPU's own. */
	bool fill;
} leaves[] = {
	/* Highest leaf, vendor. */
	{0, ANY_INDEX, ALL, ALL, ALL, ALL, false},
	/*
	 * Family, model and stepping; the size that clflush writes back, but no APIC ID, which is
	 * that of a CPU of the host, and no count of CPUs.
	 */
	{1, ANY_INDEX, ALL, BITS(8, 8),
	 ~(BIT(2) /* DTES64 */ | BIT(3) /* MONITOR */ | BIT(5) /* VMX */ | BIT(6) /* SMX */ |
	   BIT(7) /* EIST */ | BIT(8) /* TM2 */ | BIT(11) /* SDBG */ | BIT(14) /* xTPR */ |
	   BIT(15) /* PDCM */ | BIT(18) /* DCA */ | BIT(21) /* X2APIC */ |
	   BIT(24) /* TSC deadline */),
	 ~(EDX_MSRS | BIT(11) /* SEP */ | BIT(18) /* PSN */ | BIT(21) /* DS */ |
	   BIT(22) /* ACPI */ | BIT(28) /* HTT */ | BIT(29) /* TM */ | BIT(31) /* PBE */),
	 false},
	/* Intel's caches, not which CPUs share them. */
	{2, ANY_INDEX, ALL, ALL, ALL, ALL, false},
	{4, ANY_INDEX, ~(CACHE_SHARED_BY | CACHE_CORES), ALL, ALL, ALL, false},
	/* Instructions. */
	{7, 0, ALL,
	 ~(BIT(1) /* TSC_ADJUST */ | BIT(2) /* SGX */ | BIT(12) /* RDT-M */ | BIT(14) /* MPX */ |
	   BIT(15) /* RDT-A */ | BIT(25) /* PT */),
	 ~(BIT(3) /* PKU */ | BIT(4) /* OSPKE */ | BIT(7) /* CET_SS */ | BIT(13) /* TME */ |
	   BITS(17, 5) /* MAWAU: MPX */ | BIT(23) /* KL */ | BIT(24) /* bus lock */ |
	   BIT(29) /* ENQCMD */ | BIT(30) /* SGX_LC */ | BIT(31) /* PKS */),
	 ~(BIT(1) /* SGX_KEYS */ | BIT(5) /* UINTR */ | BIT(9) /* SRBDS_CTRL */ |
	   BIT(13) /* RTM_FORCE_ABORT */ | BIT(15) /* hybrid */ | BIT(18) /* PCONFIG */ |
	   BIT(19) /* LBR */ | BIT(20) /* CET_IBT */ | BIT(22) /* AMX_BF16 */ |
	   BITS(24, 2) /* AMX_TILE, AMX_INT8 */ | BITS(26, 6) /* SPEC_CTRL ... SSBD */),
	 false},
	{7, 1,
	 BITS(0, 3) /* SHA512, SM3, SM4 */ | BITS(4, 2) /* AVX_VNNI, AVX512_BF16 */ |
		 BIT(7) /* CMPCCXADD */ | BITS(10, 3) /* fast rep */ | BIT(23) /* AVX_IFMA */,
	 0, 0,
	 BITS(4, 2) /* AVX_VNNI_INT8, AVX_NE_CONVERT */ | BIT(10) /* AVX_VNNI_INT16 */ |
		 BIT(14) /* PREFETCHI */ | BIT(19) /* AVX10 */,
	 false},
	/* XSAVE, of what XCR0 can have; XSAVES saves what MSRs control. ECX: see xsave_size(). */
	{LEAF_XSAVE, 0, XCR0_AVX | XCR0_AVX512, ALL, 0, 0, false},
	{LEAF_XSAVE, 1, BITS(0, 3), ALL, 0, 0, false},
	{LEAF_XSAVE, 2, ALL, ALL, ALL, ALL, false},
	{LEAF_XSAVE, 5, ALL, ALL, ALL, ALL, false},
	{LEAF_XSAVE, 6, ALL, ALL, ALL, ALL, false},
	{LEAF_XSAVE, 7, ALL, ALL, ALL, ALL, false},
	/* AVX10's version. */
	{0x24, ANY_INDEX, ALL, ALL, ALL, ALL, false},

	{0x80000000, ANY_INDEX, ALL, ALL, ALL, ALL, false},
	{0x80000001, ANY_INDEX, ALL, 0,
	 ~(BIT(1) /* more cores */ | BIT(2) /* SVM */ | BIT(3) /* APIC */ | BIT(9) /* OSVW */ |
	   BIT(10) /* IBS */ | BIT(12) /* SKINIT */ | BIT(13) /* WDT */ | BIT(15) /* LWP */ |
	   BIT(19) /* node ID */ | BITS(23, 2) /* counters */ |
	   BITS(26, 4) /* breakpoints, PTSC, counters, MWAITX */),
	 ~EDX_MSRS, false},
	/* The model's name. */
	{0x80000002, ANY_INDEX, ALL, ALL, ALL, ALL, true},
	{0x80000003, ANY_INDEX, ALL, ALL, ALL, ALL, true},
	{0x80000004, ANY_INDEX, ALL, ALL, ALL, ALL, true},
	/* AMD's caches and TLBs, Intel's second-level cache. */
	{0x80000005, ANY_INDEX, ALL, ALL, ALL, ALL, true},
	{0x80000006, ANY_INDEX, ALL, ALL, ALL, ALL, true},
	/* The TSC runs at one rate. */
	{0x80000007, ANY_INDEX, 0, 0, 0, BIT(8), false},
	/* Bits of addresses; CLZERO, XSAVEERPTR, WBNOINVD. */
	{0x80000008, ANY_INDEX, ALL, BIT(0) | BIT(2) | BIT(9), 0, 0, false},
	/* TLBs, and what of SSE and AVX is fast. */
	{0x80000019, ANY_INDEX, ALL, ALL, 0, 0, false},
	{0x8000001a, ANY_INDEX, ALL, 0, 0, 0, false},
	{LEAF_CACHES_AMD, ANY_INDEX, ~CACHE_SHARED_BY, ALL, ALL, ALL, true},
	/* Breakpoints don't nest, lfence serializes, a null selector clears its base; PREFETCHI. */
	{0x80000021, ANY_INDEX, BIT(0) | BIT(2) | BIT(6) | BIT(20), 0, 0, 0, false},
};

static const struct leaf *find_leaf(const struct kvm_cpuid_entry2 *entry)
{
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		if (leaves[i].function == entry->function &&
		    (leaves[i].index == ANY_INDEX || leaves[i].index == entry->index))
			return &leaves[i];
	return NULL;
}

/* Takes the leaf's values, or those of an index of it, from this CPU. */
static void ask_cpu(struct kvm_cpuid_entry2 *entry)
{
	__cpuid_count(entry->function, entry->index, entry->eax, entry->ebx, entry->ecx,
		      entry->edx);
}

static void cut(struct kvm_cpuid_entry2 *entry, const struct leaf *leaf)
{
	entry->eax &= leaf->eax;
	entry->ebx &= leaf->ebx;
	entry->ecx &= leaf->ecx;
	entry->edx &= leaf->edx;
}

/* Adds all caches but the first to the table's end: KVM has told the leaf without an index. */
static void add_caches(struct kvm_cpuid2 *table, struct kvm_cpuid_entry2 *first,
		       const struct leaf *leaf)
{
	struct kvm_cpuid_entry2 cache = *first;

	first->flags = cache.flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	while (cache.eax & CACHE_TYPE && table->nent < CPUID_ENTRIES) {
		cache.index++;
		ask_cpu(&cache);
		cut(&cache, leaf);
		table->entries[table->nent++] = cache;
	}
}

/* Bytes of an XSAVE area with all of XCR0 set: ECX of leaf 0xd, index 0. */
static uint32_t xsave_size(const struct kvm_cpuid2 *table)
{
	uint32_t size = XSAVE_LEGACY_BYTES;

	for (unsigned i = 0; i < table->nent; i++) {
		const struct kvm_cpuid_entry2 *entry = &table->entries[i];

		if (entry->function == LEAF_XSAVE && entry->index >= 2 &&
		    entry->ebx + entry->eax > size)
			size = entry->ebx + entry->eax;
	}
	return size;
}

uint32_t cpuid_cut(union cpuid *cpuid)
{
	struct kvm_cpuid2 *table = &cpuid->table;
	struct kvm_cpuid_entry2 *xsave = NULL, *caches = NULL;
	const uint32_t highest =
		__get_cpuid_max(0x80000000, NULL); /* beyond, Intel's repeat a leaf */
	unsigned told = table->nent;

	table->nent = 0;
	for (unsigned i = 0; i < told; i++) {
		struct kvm_cpuid_entry2 *entry = &table->entries[table->nent];
		const struct leaf *leaf = find_leaf(&table->entries[i]);

		if (!leaf)
			continue;
		*entry = table->entries[i];
		table->nent++;
		if (leaf->fill && entry->function <= highest &&
		    !(entry->eax | entry->ebx | entry->ecx | entry->edx)) {
			ask_cpu(entry);
			if (entry->function == LEAF_CACHES_AMD)
				caches = entry;
		}
		cut(entry, leaf);
		if (entry->function == LEAF_XSAVE && entry->index == 0)
			xsave = entry;
	}
	if (caches)
		add_caches(table, caches, find_leaf(caches));
	if (!xsave)
		return 0;
	xsave->ecx = xsave_size(table);
	return xsave->eax;
}

bool cpuid_host_virtualizes(void)
{
	unsigned eax, ebx, ecx, edx;

	if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) && ecx & BIT(5)) /* VMX: SDM 3, 23.6 */
		return true;
	return __get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) &&
	       ecx & BIT(2); /* SVM: APM 2, 15.4 */
}
