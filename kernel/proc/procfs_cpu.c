/* SPDX-License-Identifier: MIT */
/* /proc/cpuinfo: what CPUID says, by the names that Linux has for it. */
#include "../host/clock.h"
#include "../lib/string.h"
#include "../x86/x86.h"
#include "procfs.h"

/*
 * The names of a register's bits, from bit 0 on; "-": it has none. SDM 2, CPUID, tables 3-8 to
 * 3-11; APM 3, appendix E.
 */
static const struct flags {
	uint32_t leaf;
	size_t reg; /* its offset in struct cpuid */
	const char *names;
} flags[] = {
	{1, offsetof(struct cpuid, edx),
	 "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - "
	 "dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe"},
	{0x80000001, offsetof(struct cpuid, edx),
	 "- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - - fxsr_opt pdpe1gb rdtscp - "
	 "lm 3dnowext 3dnow"},
	{0x80000007, offsetof(struct cpuid, edx), "- - - - - - - - constant_tsc"},
	{1, offsetof(struct cpuid, ecx),
	 "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm - "
	 "pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave - avx f16c "
	 "rdrand "
	 "hypervisor"},
	{0x80000001, offsetof(struct cpuid, ecx),
	 "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs "
	 "xop skinit wdt - lwp fma4 tce - nodeid_msr - tbm topoext perfctr_core perfctr_nb - bpext "
	 "ptsc perfctr_llc mwaitx"},
	{7, offsetof(struct cpuid, ebx),
	 "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a "
	 "avx512f avx512dq rdseed adx smap avx512ifma - clflushopt clwb intel_pt avx512pf avx512er "
	 "avx512cd sha_ni avx512bw avx512vl"},
	{7, offsetof(struct cpuid, ecx),
	 "- avx512vbmi umip pku ospke waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq avx512_vnni "
	 "avx512_bitalg tme avx512_vpopcntdq - la57 - - - - - rdpid - bus_lock_detect cldemote - "
	 "movdiri movdir64b enqcmd"},
	{7, offsetof(struct cpuid, edx),
	 "- - avx512_4vnniw avx512_4fmaps fsrm - - - avx512_vp2intersect - - - - - serialize - "
	 "tsxldtrk - - - - - amx_bf16 avx512_fp16 amx_tile amx_int8"},
};

/* CPUID's leaf; zeros if the CPU hasn't got it. */
static struct cpuid leaf_of(uint32_t leaf)
{
	struct cpuid none = {0};

	return leaf <= cpuid(leaf & 0x80000000).eax ? cpuid(leaf) : none;
}

static void put_flags(struct text *text, const struct flags *f)
{
	struct cpuid leaf = leaf_of(f->leaf);
	uint32_t bits = *(const uint32_t *)((const uint8_t *)&leaf + f->reg);

	for (const char *name = f->names; *name; bits >>= 1) {
		bool has = bits & 1 && *name != '-';

		if (has)
			text_put(text, ' ');
		for (; *name && *name != ' '; name++)
			if (has)
				text_put(text, *name);
		if (*name)
			name++;
	}
}

static void put_register(struct text *text, uint32_t value)
{
	for (; value; value >>= 8)
		text_put(text, value);
}

static void put_vendor(struct text *text)
{
	struct cpuid leaf = cpuid(0);

	text_string(text, "vendor_id\t: ");
	put_register(text, leaf.ebx);
	put_register(text, leaf.edx);
	put_register(text, leaf.ecx);
	text_put(text, '\n');
}

/* The brand string, of 48 bytes: SDM 2, CPUID, figure 3-9. */
static void put_model_name(struct text *text)
{
	char bytes[48 + 1] = "";
	const char *name = bytes;

	for (uint32_t i = 0; i < 3; i++) {
		struct cpuid leaf = leaf_of(0x80000002 + i);

		memcpy(bytes + i * sizeof(leaf), &leaf, sizeof(leaf));
	}
	while (*name == ' ')
		name++;
	text_format(text, "model name\t: %s\n", *name ? name : "unknown");
}

/* Family, model and stepping: SDM 2, CPUID, figure 3-6. */
static void put_model(struct text *text, uint32_t signature)
{
	uint32_t family = signature >> 8 & 0xf;
	uint32_t model = signature >> 4 & 0xf;

	if (family == 0xf)
		family += signature >> 20 & 0xff;
	if (family >= 6)
		model += (signature >> 16 & 0xf) << 4;
	text_format(text, "cpu family\t: %u\nmodel\t\t: %u\n", family, model);
	put_model_name(text);
	text_format(text, "stepping\t: %u\n", signature & 0xf);
}

int procfs_cpuinfo(struct text *text, const struct tree_at *at)
{
	uint32_t khz = clock_tsc_khz();
	struct cpuid first = leaf_of(1), sizes = leaf_of(0x80000008);
	unsigned line = (first.ebx >> 8 & 0xff) * 8;

	(void)at;
	text_string(text, "processor\t: 0\n");
	put_vendor(text);
	put_model(text, first.eax);
	if (khz)
		text_format(text, "cpu MHz\t\t: %u.%03u\n", khz / 1000, khz % 1000);
	text_string(text,
		    "physical id\t: 0\nsiblings\t: 1\ncore id\t\t: 0\ncpu cores\t: 1\n"
		    "apicid\t\t: 0\ninitial apicid\t: 0\nfpu\t\t: yes\nfpu_exception\t: yes\n");
	text_format(text, "cpuid level\t: %u\nwp\t\t: yes\nflags\t\t:", cpuid(0).eax);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		put_flags(text, &flags[i]);
	text_format(text, "\nbugs\t\t:\nbogomips\t: %u.%02u\n", khz / 500, khz / 5 % 100);
	text_format(text, "clflush size\t: %u\ncache_alignment\t: %u\n", line, line);
	text_format(text, "address sizes\t: %u bits physical, %u bits virtual\n", sizes.eax & 0xff,
		    sizes.eax >> 8 & 0xff);
	text_string(text, "power management:\n\n");
	return 0;
}
