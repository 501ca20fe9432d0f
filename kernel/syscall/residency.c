/* SPDX-License-Identifier: MIT */
/* mlock2(2) and mincore(2): what was touched is always in RAM. Protection keys: there are none. */
#include <asm/errno.h>
#include <linux/mman.h>

#include "../lib/math.h"
#include "../mm/pagecache.h"
#include "../mm/paging.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../mm/vma.h"
#include "../x86/x86.h"
#include "syscall.h"

/* Is all of the page-aligned range mapped? */
static int check_mapped(uaddr_t start, uint64_t length)
{
	return user_range(start, length) &&
			       vma_reach(current_space, start, start + length, 0) == start + length
		       ? 0
		       : -ENOMEM;
}

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

/* Is the page populated, or the page of the file that it maps in the page cache? */
static bool is_there(uaddr_t page)
{
	const uint64_t *entry = paging_entry(current_space, page, false);
	const struct vma *v = vma_find(current_space, page);

	if (entry && *entry)
		return true;
	return v && v->start <= page && v->cache &&
	       cache_page(v->cache, vma_offset(v, page) / PAGE_SIZE);
}

/* A byte for each page: bit 0, it is there. */
int64_t sys_mincore(uaddr_t start, size_t length, uaddr_t to)
{
	uint64_t pages;

	if (start % PAGE_SIZE)
		return -EINVAL;
	if (!round_up(&length) || !user_range(start, length))
		return -ENOMEM;
	pages = length / PAGE_SIZE;
	if (!user_buffer(to, pages) || user_extent(to, pages, true) < pages)
		return -EFAULT;
	for (uint64_t i = 0; i < pages; i++) {
		uaddr_t page = start + i * PAGE_SIZE;
		uint8_t there = is_there(page);
		int error = check_mapped(page, PAGE_SIZE);

		if (!error)
			error = copy_to_user(to + i, &there, 1);
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
