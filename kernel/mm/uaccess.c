/* SPDX-License-Identifier: MIT */
/* Checks and copies of the program's memory. */
#include "uaccess.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../layout.h"
#include "../lib/hot.h"
#include "../lib/string.h"
#include "../x86/direct_map.h"
#include "space.h"
#include "vma.h"

__hot bool user_range(uaddr_t address, uint64_t length)
{
	/* In this order no sum can wrap. */
	return length <= USER_TOP && address <= USER_TOP - length;
}

__hot bool user_buffer(uaddr_t address, uint64_t length)
{
	return user_range(address, length) || (address < USER_TOP && length <= 1u << 31);
}

__hot uint64_t user_extent(uaddr_t address, uint64_t length, bool write)
{
	unsigned prot = write ? PROT_WRITE : PROT_READ;

	return vma_reach(current_space, address, address + length, prot) - address;
}

/* May the program read, or write, all of the range? True for an empty one in its half. */
//@ ensures \result ==> address + length <= USER_TOP;
static bool user_allows(uaddr_t address, uint64_t length, bool write)
{
	return user_range(address, length) && user_extent(address, length, write) == length;
}

/* Copies between the kernel's memory and the program's, a run of page frames at a time. */
static int copy(void *kernel, uaddr_t user, size_t bytes, bool to_user)
{
	paddr_t pa;

	if (!user_allows(user, bytes, to_user))
		return -EFAULT;
	while (bytes) {
		int64_t run = space_run(current_space, user, bytes, to_user, &pa);

		if (run < 0)
			return run;
		if (to_user)
			memcpy(phys_to_virt(pa), kernel, run);
		else
			memcpy(kernel, phys_to_virt(pa), run);
		kernel = (char *)kernel + run;
		user += run;
		bytes -= run;
	}
	return 0;
}

int copy_from_user(void *to, uaddr_t from, size_t bytes)
{
	return copy(to, from, bytes, false);
}

int copy_to_user(uaddr_t to, const void *from, size_t bytes)
{
	return copy((void *)from, to, bytes, true); /* which only reads it */
}

int64_t string_from_user(char *to, uaddr_t from, size_t size)
{
	size_t done = 0;
	paddr_t pa;

	while (done < size) {
		/* A page at a time: the string may end before memory does. */
		uint64_t piece = PAGE_SIZE - (from + done) % PAGE_SIZE;
		int64_t run;
		const char *text;

		if (!user_allows(from + done, piece, false))
			return -EFAULT;
		run = space_run(current_space, from + done, piece, false, &pa);
		if (run < 0)
			return run;
		text = phys_to_virt(pa);
		for (int64_t i = 0; i < run && done < size; i++, done++) {
			to[done] = text[i];
			if (!text[i])
				return done;
		}
	}
	return -ENAMETOOLONG;
}
