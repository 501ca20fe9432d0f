/* SPDX-License-Identifier: MIT */
/* The vCPU's state at the guest's first instruction. */
#ifndef LONGMODE_H
#define LONGMODE_H

#include <stdbool.h>

#include "guestmem.h"
#include "kvm.h"

/* Control registers and EFER, SDM 3, 2.5 and 2.2.1: what says how addresses are translated. */
#define CR0_PG	 (1u << 31) /* paging */
#define CR4_LA57 (1u << 12) /* of five levels */
#define EFER_LMA (1u << 10) /* long mode is active */

/* Types of segments: SDM 3, 3.4.5.1. */
#define TYPE_DATA_RW_ACCESSED	3
#define TYPE_CODE_READ_ACCESSED 11

/*
 * A segment of all memory, for the ring that the selector names. It is as VM entry demands it:
 * SDM 3, 26.3.1.2. 64-bit mode ignores the bases and limits.
 */
struct kvm_segment longmode_segment(uint16_t selector, uint8_t type, bool code64);

/* Writes the boot page tables: virtual 0-2 MiB to physical 0-2 MiB. */
void longmode_page_tables(const struct guestmem *mem);

/* Turns reset state into 64-bit mode on those tables, as the boot protocol says. */
void longmode_sregs(struct kvm_sregs *sregs);

/* Turns reset state into 16-bit real mode at 0000:0000. */
void realmode_sregs(struct kvm_sregs *sregs);

#endif
