/* SPDX-License-Identifier: MIT */
/* Where a program finds the vDSO. */
#include "map_vdso.h"

#include <linux/mman.h>

#include "../layout.h"

int map_vdso(struct space *space, const struct elf_plan *plan, uaddr_t *code, uaddr_t *top)
{
	const uaddr_t middle = VDSO_START + PAGE_SIZE, end = VDSO_START + VDSO_SIZE;
	const unsigned kind = VMA_VDSO | VMA_NO_WRITE;
	int error;

	*code = *top = 0;
	for (unsigned i = 0; i < plan->segment_count; i++)
		if (plan->segments[i].start < end)
			return 0;
	error = space_append(space, VDSO_START, middle, PROT_READ, kind);
	if (!error)
		error = space_append(space, middle, end, PROT_READ | PROT_EXEC, kind);
	*code = middle;
	*top = end;
	return error;
}
