/* SPDX-License-Identifier: MIT */
/* Guest memory: the only place where a guest's number turns into a host pointer. */
#include "guestmem.h"

#include <errno.h>
#include <string.h>

bool guestmem_contains(uint64_t size, gpa_t gpa, uint64_t length)
{
	/* In this order no sum can wrap. */
	return gpa <= size && length <= size - gpa;
}

void *guestmem_range(const struct guestmem *mem, gpa_t gpa, uint64_t length)
{
	if (!guestmem_contains(mem->size, gpa, length))
		return NULL;
	return mem->base + gpa;
}

int guestmem_read(const struct guestmem *mem, gpa_t gpa, void *to, size_t length)
{
	const void *from = guestmem_range(mem, gpa, length);

	if (!from)
		return -EFAULT;
	memcpy(to, from, length);
	return 0;
}

int guestmem_write(const struct guestmem *mem, gpa_t gpa, const void *from, size_t length)
{
	void *to = guestmem_range(mem, gpa, length);

	if (!to)
		return -EFAULT;
	memcpy(to, from, length);
	return 0;
}

int guestmem_string(const struct guestmem *mem, gpa_t gpa, char *to, size_t size)
{
	uint64_t left = gpa < mem->size ? mem->size - gpa : 0;
	size_t limit = left < size ? left : size;

	/*@
	  loop invariant 0 <= i <= limit;
	  loop invariant no_nul(mem, gpa, gpa + i);
	  loop invariant \forall integer k; 0 <= k < i ==> to[k] == mem->base[gpa + k];
	  loop assigns i, to[0 .. limit - 1];
	  loop variant limit - i;
	*/
	for (size_t i = 0; i < limit; i++) {
		to[i] = mem->base[gpa + i];
		if (to[i] == '\0')
			return i;
	}
	return limit < size ? -EFAULT : -ENAMETOOLONG;
}
