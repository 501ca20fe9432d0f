/* SPDX-License-Identifier: MIT */
/* What the guest sees of CPUID. */
#ifndef CPUID_H
#define CPUID_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>

#define CPUID_ENTRIES 256 /* as many as KVM takes: KVM_MAX_CPUID_ENTRIES */

/* XCR0 (SDM 1, 13.3): x87, SSE and AVX; all of AVX-512, or nothing of it. */
#define XCR0_AVX    0x7u
#define XCR0_AVX512 0xe0u

/* A table of CPUID, for KVM_SET_CPUID2. */
union cpuid {
	struct kvm_cpuid2 table;
	char room[sizeof(struct kvm_cpuid2) + CPUID_ENTRIES * sizeof(struct kvm_cpuid_entry2)];
};

/*
 * Cuts what KVM supports (KVM_GET_SUPPORTED_CPUID) to what a guest may know, and
 * fills in what KVM leaves to its user. Returns the bits that XCR0 may have, 0:
 * there is no XCR0.
 */
uint32_t cpuid_cut(union cpuid *cpuid);

/* Can this CPU run guests by itself? kvm_pvm is for those that can't. */
bool cpuid_host_virtualizes(void);

#endif
