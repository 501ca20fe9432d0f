/* SPDX-License-Identifier: MIT */
/*
 * Runs a program to its end and then walks the page tables that the kernel
 * made: nothing is writable and executable, the program can reach nothing of
 * the kernel's, the boot map is gone, the guard pages are holes. And it looks
 * whether what the CPU has against a ring 0 that is led astray is turned on.
 *
 *   pagetables kernel.bin user.elf GUARD...
 *
 * GUARD: the hexadecimal address of a page that must not be mapped.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "../../kernel/abi.h"
#include "../boot.h"
#include "../hypercall.h"
#include "../msg.h"
#include "../run.h"
#include "../vm.h"

#define P  UINT64_C(1)
#define W  UINT64_C(2)
#define U  UINT64_C(4)
#define PS UINT64_C(0x80)
#define NX (UINT64_C(1) << 63)

#define KERNEL UINT64_C(0xffff800000000000)

static struct vm vm;
static char **guards;
static unsigned executable, writable, user_pages;

static void check_leaf(uint64_t va, uint64_t entry, int user)
{
	for (char **guard = guards; *guard; guard++)
		if (va == strtoull(*guard, NULL, 16))
			errx(1, "guard page %s is mapped", *guard);
	if (entry & W && !(entry & NX))
		errx(1, "0x%lx is writable and executable", va);
	if (va >= KERNEL && user)
		errx(1, "0x%lx of the kernel is the program's", va);
	if (va < KERNEL && (!user || va < 0x10000))
		errx(1, "0x%lx is mapped in the program's half", va);
	user_pages += va < KERNEL;
	if (va >= KERNEL && va < KERNEL + BOOT_FREE_MEMORY) {
		executable += !(entry & NX);
		writable += !!(entry & W);
	}
}

static void walk(uint64_t table, int shift, uint64_t base, int user)
{
	for (uint64_t i = 0; i < 512; i++) {
		uint64_t va = base + (i << shift);
		uint64_t entry;

		if (guestmem_read(&vm.mem, table + 8 * i, &entry, sizeof(entry)) < 0)
			errx(1, "table 0x%lx lies outside memory", table);
		if (!(entry & P))
			continue;
		if (shift == 39 && i >= 256)
			va |= UINT64_C(0xffff) << 48;
		if (shift == 39 && i > 256)
			errx(1, "PML4 slot %lu is in use", i);
		if (shift == 39 && i == 256 && entry & U)
			errx(1, "PML4 slot %lu lets ring 3 through", i);
		if (shift == 12 || entry & PS)
			check_leaf(va, entry, user && entry & U);
		else
			walk(entry & 0xffffffffff000, shift - 9, va, user && entry & U);
	}
}

/* SDM 2, CPUID leaves 7 and 0x80000001; SDM 3, 2.5. */
static const struct {
	const char *name;
	uint32_t leaf;
	char reg;
	unsigned cpuid_bit, cr4_bit;
} protections[] = {
	{"SMEP", 7, 'b', 7, 20},
	{"SMAP", 7, 'b', 20, 21},
	{"UMIP", 7, 'c', 2, 11},
};

static uint32_t cpuid_register(const struct kvm_cpuid2 *cpuid, uint32_t leaf, char reg)
{
	for (unsigned i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == leaf && cpuid->entries[i].index == 0)
			return reg == 'b'   ? cpuid->entries[i].ebx
			       : reg == 'c' ? cpuid->entries[i].ecx
					    : cpuid->entries[i].edx;
	return 0;
}

/* Says on stderr what there is of them, for a test that looked at none. */
static void check_protections(const struct kvm_sregs *sregs)
{
	const unsigned entries = 256; /* KVM_MAX_CPUID_ENTRIES */
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + entries * sizeof(cpuid->entries[0]));

	if (!cpuid)
		err(1, "calloc");
	cpuid->nent = entries;
	if (ioctl(vm.vcpu_fd, KVM_GET_CPUID2, cpuid) < 0)
		err(1, "KVM_GET_CPUID2");
	if (cpuid_register(cpuid, 0x80000001, 'd') >> 20 & 1 && !(sregs->efer >> 11 & 1))
		errx(1, "the CPU has NX, EFER.NXE is off");
	if (!(sregs->cr0 >> 16 & 1))
		errx(1, "CR0.WP is off");
	for (size_t i = 0; i < sizeof(protections) / sizeof(protections[0]); i++) {
		uint32_t reg = cpuid_register(cpuid, protections[i].leaf, protections[i].reg);

		if (!(reg >> protections[i].cpuid_bit & 1))
			continue;
		warnx("has %s", protections[i].name);
		if (!(sregs->cr4 >> protections[i].cr4_bit & 1))
			errx(1, "%s is off", protections[i].name);
	}
	free(cpuid);
}

int main(int argc, char **argv)
{
	static char *const environment[] = {NULL};
	char *args[] = {argv[2], "/etc/os-release", NULL};
	struct kvm_sregs sregs;
	struct hostfiles files;
	struct fdtable fds;
	struct hypercalls hypercalls = {.mem = &vm.mem, .fds = &fds, .files = &files};

	if (argc < 4)
		errx(1, "usage: pagetables kernel.bin user.elf GUARD...");
	guards = argv + 3;
	fdtable_init(&fds, msg_init());
	boot_vm(&vm, &(struct boot_params){.memory = 64 << 20,
					   .image = argv[1],
					   .args = args,
					   .env = environment,
					   .open_fds = 7});
	hostfiles_init(&files, NULL, false, NULL);
	if (run_vm(&vm, &hypercalls, false) != HC_EXITED || hypercalls.exit_code)
		errx(1, "the program failed");

	VM_IOCTL(vm.vcpu_fd, KVM_GET_SREGS, &sregs);
	check_protections(&sregs);
	walk(sregs.cr3 & 0xffffffffff000, 39, 0, 1);
	if (!executable || executable > 96 || !writable || !user_pages)
		errx(1, "%u executable and %u writable kernel pages, %u of the program", executable,
		     writable, user_pages);
	return 0;
}
