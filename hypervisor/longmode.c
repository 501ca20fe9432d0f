/* SPDX-License-Identifier: MIT */
/*
 * The vCPU's state at the guest's first instruction. Section numbers are of
 * the Intel Software Developer's Manual, volume 3.
 */
#include "longmode.h"

#include <stdint.h>

#include "../kernel/abi.h"
#include "../kernel/x86/pte.h"

/* 2.5: control registers */
#define CR0_PE (1u << 0)  /* protected mode */
#define CR0_MP (1u << 1)  /* wait obeys CR0.TS */
#define CR0_ET (1u << 4)  /* always 1 */
#define CR0_NE (1u << 5)  /* x87 errors as #MF */
#define CR0_WP (1u << 16) /* ring 0 obeys read-only pages */
#define CR0_AM (1u << 18) /* RFLAGS.AC means alignment checks */

#define CR4_PAE	       (1u << 5)  /* long mode asks for it */
#define CR4_OSFXSR     (1u << 9)  /* SSE instructions */
#define CR4_OSXMMEXCPT (1u << 10) /* SSE errors as #XM */

/* 2.2.1: extended feature enable register */
#define EFER_SCE (1u << 0) /* syscall, sysret */
#define EFER_LME (1u << 8) /* long mode enabled */

/* 3.4.5.1 and 3.5: segment types */
#define TYPE_TSS64_BUSY 11

static void put_entry(const struct guestmem *mem, gpa_t table, uint64_t entry)
{
	guestmem_write(mem, table, &entry, sizeof(entry)); /* within VM_MEMORY_MIN */
}

/* The upper levels let ring 3 through, for user pages beside these 2 MiB. The PD's doesn't. */
void longmode_page_tables(const struct guestmem *mem)
{
	put_entry(mem, BOOT_PML4, BOOT_PDPT | PTE_P | PTE_W | PTE_U);
	put_entry(mem, BOOT_PDPT, BOOT_PD | PTE_P | PTE_W | PTE_U);
	put_entry(mem, BOOT_PD, 0 | PTE_P | PTE_W | PTE_PS);
}

struct kvm_segment longmode_segment(uint16_t selector, uint8_t type, bool code64)
{
	return (struct kvm_segment){
		.selector = selector,
		.limit = 0xffffffff,
		.type = type,
		.present = 1,
		.dpl = selector & 3,
		.s = 1, /* code or data */
		.l = code64,
		.db = !code64, /* must be 0 where L is 1 */
		.g = 1,	       /* the limit counts 4 KiB units */
	};
}

void longmode_sregs(struct kvm_sregs *sregs)
{
	struct kvm_segment data = longmode_segment(SEL_KERNEL_DATA, TYPE_DATA_RW_ACCESSED, false);

	sregs->cr0 = CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_PG;
	sregs->cr3 = BOOT_PML4;
	sregs->cr4 = CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT;
	sregs->efer = EFER_LME | EFER_LMA | EFER_SCE;
	sregs->cs = longmode_segment(SEL_KERNEL_CODE, TYPE_CODE_READ_ACCESSED, true);
	sregs->ds = sregs->es = sregs->fs = sregs->gs = sregs->ss = data;
	/*
	 * VM entry demands a busy TSS. That of KVM's reset has limit 0xffff, so
	 * its I/O permission map would lie in memory that the guest writes. With
	 * limit 0 there is no map, and ring 3 has no port.
	 */
	sregs->tr = (struct kvm_segment){.type = TYPE_TSS64_BUSY, .present = 1};
	sregs->ldt = (struct kvm_segment){.unusable = 1};
}

void realmode_sregs(struct kvm_sregs *sregs)
{
	/* Reset leaves CS at ffff0000, but the image is at 0. */
	sregs->cs.selector = 0;
	sregs->cs.base = 0;
}
