/* SPDX-License-Identifier: MIT */
/*
 * Grows the direct map, in the kernel's slot of the PML4: by 2 MiB, as memory
 * is allocated. It has one PDPT, the boot one, and so room for 512 GiB.
 */
#include "direct_map.h"

#include "../abi.h"
#include "../x86/direct_map.h"
#include "../x86/pte.h"
#include "../x86/x86.h"

#define SIZE_PD	  (UINT64_C(1) << SHIFT_PD)   /* what an entry of a PD maps */
#define SIZE_PDPT (UINT64_C(1) << SHIFT_PDPT) /* what an entry of a PDPT maps */

static pte_t data;	   /* the rights of all memory above the low 2 MiB */
static paddr_t end_mapped; /* the direct map shows what lies below */

/* The direct map's low 2 MiB, by pages. From kernel.ld: tests on the host have none. */
extern pte_t low_table[PT_ENTRIES] __attribute__((weak));

/* The PDPT's entry for the GiB around `pa`. */
static pte_t *pdpt_entry(paddr_t pa)
{
	return (pte_t *)phys_to_virt(BOOT_PDPT) + pa / SIZE_PDPT;
}

void direct_map_init(bool nx)
{
	pte_t *pml4 = phys_to_virt(BOOT_PML4);
	pte_t *pd = phys_to_virt(BOOT_PD);

	data = PTE_P | PTE_W | PTE_PS | (nx ? PTE_NX : 0);
	end_mapped = BOOT_FREE_MEMORY;
	for (unsigned i = 0; !nx && i < PT_ENTRIES; i++)
		low_table[i] &= ~PTE_NX;
	*pd = virt_to_phys(low_table) | PTE_P | PTE_W;
	pml4[0] = 0; /* the identity map */
}

bool direct_map_grow(paddr_t to, paddr_t end)
{
	while (end_mapped < to) {
		paddr_t at = end_mapped;
		pte_t *pd = phys_to_virt(*pdpt_entry(at) & PTE_ADDRESS);

		pd[at / SIZE_PD % PT_ENTRIES] = at | data;
		end_mapped += SIZE_PD;
		/*
		 * The next GiB's table must lie in memory that is mapped by
		 * then: so it is wanted as soon as this GiB's is in use.
		 */
		if ((at == BOOT_FREE_MEMORY || at % SIZE_PDPT == 0) &&
		    (at | (SIZE_PDPT - 1)) + 1 < end)
			return true;
	}
	return false;
}

void direct_map_add_table(paddr_t table)
{
	*pdpt_entry(end_mapped - 1 + SIZE_PDPT) = table | PTE_P | PTE_W;
}
