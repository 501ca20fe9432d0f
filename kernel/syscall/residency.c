/* SPDX-License-Identifier: MIT */
/* mlock2(2) and mincore(2): what was touched is always in RAM. Protection keys: there are none. */
#include <asm/errno.h>
#include <linux/mman.h>

#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/cache_chunk.h"
#include "../mm/pagecache.h"
#include "../mm/paging.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../mm/vma.h"
#include "../x86/x86.h"
#include "syscall.h"

/* Rounds a length up to pages. False: there is no such length. */
static bool round_up(uint64_t *length)
{
	if (*length > UINT64_MAX - PAGE_SIZE + 1)
		return false;
	*length = page_up(*length);
	return true;
}

int64_t sys_mlock2(uaddr_t start, size_t length, unsigned flags)
{
	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	return flags ? sys_munlock(start, length) : sys_mlock(start, length);
}

int64_t sys_mlockall(unsigned flags)
{
	if (!flags || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) || flags == MCL_ONFAULT)
		return -EINVAL;
	return 0;
}

int64_t sys_munlockall(void)
{
	return 0;
}

/*
 * Which of `count` pages of one area, from `start` on, are populated, or in the page cache: a byte
 * for each. Where nothing is mapped, or the file has no page, it steps over all that at once: an
 * area may be larger than memory ever is, and nobody else runs meanwhile.
 */
static void look_at(const struct vma *v, uaddr_t start, uint64_t count, uint8_t *there)
{
	uaddr_t end = start + count * PAGE_SIZE;
	uint64_t first = vma_offset(v, start) / PAGE_SIZE;
	uint64_t i;

	memset(there, 0, count);
	for (uaddr_t at = start; (at = paging_first(current_space, at, end)) < end; at += PAGE_SIZE)
		there[(at - start) / PAGE_SIZE] = 1;
	i = v->cache ? cache_next_page(v->cache, first) - first : count;
	for (; i < count; i++)
		there[i] |= cache_page(v->cache, first + i) != 0;
}

/* A byte for each page: bit 0, it is there. As many are looked at together as one page tells of. */
int64_t sys_mincore(uaddr_t start, size_t length, uaddr_t to)
{
	static uint8_t there[PAGE_SIZE];
	uint64_t pages, count;

	if (start % PAGE_SIZE)
		return -EINVAL;
	if (!round_up(&length) || !user_range(start, length))
		return -ENOMEM;
	pages = length / PAGE_SIZE;
	if (!user_buffer(to, pages) || user_extent(to, pages, true) < pages)
		return -EFAULT;
	for (; pages; pages -= count, start += count * PAGE_SIZE, to += count) {
		const struct vma *v = vma_find(current_space, start);
		int error;

		if (!v || v->start > start)
			return -ENOMEM;
		count = min(min(pages, sizeof(there)), (v->end - start) / PAGE_SIZE);
		look_at(v, start, count, there);
		error = copy_to_user(to, there, count);
		if (error)
			return error;
	}
	return 0;
}

/* The CPU's protection keys are off: there is none but the one that means no key. */
#define NO_KEY (-1)

int64_t sys_pkey_mprotect(uaddr_t start, size_t length, unsigned prot, int key)
{
	return key == NO_KEY ? sys_mprotect(start, length, prot) : -EINVAL;
}

int64_t sys_pkey_alloc(uint64_t flags, uint64_t rights)
{
	return flags || rights & ~(uint64_t)PKEY_ACCESS_MASK ? -EINVAL : -ENOSPC;
}

int64_t sys_pkey_free(int key)
{
	(void)key;
	return -EINVAL;
}
