/* SPDX-License-Identifier: MIT */
/* The vCPU's state at the guest's first instruction. */
#ifndef LONGMODE_H
#define LONGMODE_H

#include "guestmem.h"
#include "kvm.h"

/* Writes the boot page tables: virtual 0-2 MiB to physical 0-2 MiB. */
void longmode_page_tables(const struct guestmem *mem);

/* Turns reset state into 64-bit mode on those tables, as the boot protocol says. */
void longmode_sregs(struct kvm_sregs *sregs);

/* Turns reset state into 16-bit real mode at 0000:0000. */
void realmode_sregs(struct kvm_sregs *sregs);

#endif
