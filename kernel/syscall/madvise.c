/* SPDX-License-Identifier: MIT */
/* madvise(2), msync(2) and the calls that lock memory. */
#include <asm/errno.h>
#include <linux/mman.h>

#include "../fs/tmpfs_node.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../mm/pagecache.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../proc/exec.h"
#include "syscall.h"

/*
 * The end of [start, start + length), rounded up to pages. 0: `start` isn't page-aligned, or
 * the range leaves the program's half. `length` isn't 0.
 */
static uint64_t range_end(uaddr_t start, size_t length)
{
	if (start % PAGE_SIZE || !user_range(start, length))
		return 0;
	return page_up(start + length);
}

/* Is all of it mapped? 0 or -ENOMEM. */
static int check_mapped(uint64_t start, uint64_t end)
{
	return vma_reach(current_space, start, end, 0) == end ? 0 : -ENOMEM;
}

/* Populates the pages of [start, end), of one area, to be read or written. */
static int populate(const struct vma *v, uint64_t start, uint64_t end, bool write)
{
	if (!(v->prot & (write ? PROT_WRITE : PROT_READ)))
		return -EINVAL;
	return space_populate(current_space, start, end, write);
}

/* As on Linux, so many pages at most are read ahead by one call: a file may be any size. */
#define AHEAD_MAX 512

/* Reads the file's first pages that the area maps at [start, end), as many as memory allows. */
static void read_ahead(const struct vma *v, uint64_t start, uint64_t end)
{
	uint64_t page = vma_offset(v, start) / PAGE_SIZE;
	uint64_t last = page + min((end - start) / PAGE_SIZE, AHEAD_MAX);
	int error;

	/* Memory has all that there is already, and its holes stay. */
	if (!v->cache || cache_is_memory(v->cache))
		return;
	while (page < last && cache_around(v->cache, page, &error))
		page = (page / CACHE_AROUND + 1) * CACHE_AROUND;
}

/* The check of MADV_REMOVE: only shared memory has something to remove. */
static int check_remove(const struct vma *v)
{
	if (vma_is_anonymous(v))
		return -EINVAL;
	return v->kind & VMA_SHARED && v->prot & PROT_WRITE ? 0 : -EACCES;
}

/* Follows the advice for [start, end), of one area. Most advice needs nothing to be done. */
static int advise(const struct vma *v, uint64_t start, uint64_t end, unsigned advice)
{
	int error = 0;

	switch (advice) {
	case MADV_DONTNEED:
		/* Zeros come again, or what the file holds. Shared memory keeps its contents. */
		if (vma_is_anonymous(v) || v->cache)
			space_discard(current_space, start, end);
		else if (v->kind & VMA_IMAGE)
			exec_restore(start, end);
		return 0;
	case MADV_FREE:
		if (!vma_is_anonymous(v))
			return -EINVAL;
		space_discard(current_space, start, end);
		return 0;
	case MADV_REMOVE:
		error = check_remove(v);
		if (!error && v->cache)
			error = tmpfs_punch(v->cache, vma_offset(v, start), end - start);
		else if (!error)
			space_zero(current_space, start, end);
		return error;
	case MADV_WILLNEED:
		read_ahead(v, start, end);
		return 0;
	case MADV_WIPEONFORK:
		return vma_is_anonymous(v) ? vma_mark(current_space, start, end, VMA_FORK_ZERO, 0)
					   : -EINVAL;
	case MADV_KEEPONFORK:
		return vma_mark(current_space, start, end, 0, VMA_FORK_ZERO);
	case MADV_DONTFORK:
		return vma_mark(current_space, start, end, VMA_NO_FORK, 0);
	case MADV_DOFORK:
		return vma_mark(current_space, start, end, 0, VMA_NO_FORK);
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return populate(v, start, end, advice == MADV_POPULATE_WRITE);
	default:
		return 0;
	}
}

#define ADVICE(name) (1u << MADV_##name)
#define ADVICE_KNOWN                                                                               \
	(ADVICE(NORMAL) | ADVICE(RANDOM) | ADVICE(SEQUENTIAL) | ADVICE(WILLNEED) |                 \
	 ADVICE(DONTNEED) | ADVICE(FREE) | ADVICE(REMOVE) | ADVICE(DONTFORK) | ADVICE(DOFORK) |    \
	 ADVICE(MERGEABLE) | ADVICE(UNMERGEABLE) | ADVICE(HUGEPAGE) | ADVICE(NOHUGEPAGE) |         \
	 ADVICE(DONTDUMP) | ADVICE(DODUMP) | ADVICE(WIPEONFORK) | ADVICE(KEEPONFORK) |             \
	 ADVICE(COLD) | ADVICE(PAGEOUT) | ADVICE(POPULATE_READ) | ADVICE(POPULATE_WRITE))

int64_t sys_madvise(uaddr_t start, size_t length, unsigned advice)
{
	uint64_t end, stop;
	int missing;

	if (advice >= 32 || !(ADVICE_KNOWN >> advice & 1) || start % PAGE_SIZE)
		return -EINVAL;
	if (length == 0)
		return 0;
	end = range_end(start, length);
	if (!end)
		return start + length < start ? -EINVAL : -ENOMEM;
	/* As on Linux, a hole is an error only after the rest is done. */
	missing = check_mapped(start, end);
	for (; start < end; start = stop) {
		const struct vma *v = vma_find(current_space, start);
		int error;

		if (!v || v->start >= end)
			break;
		stop = min(end, v->end);
		error = advise(v, max(start, v->start), stop, advice);
		if (error)
			return error;
	}
	return missing;
}

/* Nothing is kept back from a file: shared files are open for reading alone. */
int64_t sys_msync(uaddr_t start, size_t length, unsigned flags)
{
	if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) ||
	    (flags & MS_ASYNC && flags & MS_SYNC) || start % PAGE_SIZE)
		return -EINVAL;
	if (length == 0)
		return 0;
	if (!range_end(start, length))
		return -ENOMEM;
	return check_mapped(start, range_end(start, length));
}

/* Populates [start, end), all of which is mapped. Returns 0 or an errno. */
static int fault_in(uaddr_t start, uaddr_t end)
{
	uaddr_t stop;
	int error = 0;

	for (; start < end && !error; start = stop) {
		const struct vma *v = vma_find(current_space, start);

		if (!v->prot)
			return -ENOMEM;
		stop = min(end, v->end);
		error = space_populate(current_space, start, stop,
				       v->prot & PROT_WRITE && !(v->kind & VMA_SHARED));
	}
	return error;
}

/*
 * Nothing is ever paged out. So to lock is to populate, and no limit is applied; as on Linux, a
 * page that can't be had is -ENOMEM. Part of a page stands for all of it.
 */
int64_t sys_mlock(uaddr_t start, size_t length)
{
	uint64_t first = page_down(start);
	int64_t error = sys_munlock(start, length);

	if (error || !length)
		return error;
	return fault_in(first, range_end(first, start - first + length)) < 0 ? -ENOMEM : 0;
}

int64_t sys_munlock(uaddr_t start, size_t length)
{
	uint64_t first = page_down(start);

	if (start + length < start)
		return -EINVAL;
	if (length == 0)
		return 0;
	if (!range_end(first, start - first + length))
		return -ENOMEM;
	return check_mapped(first, range_end(first, start - first + length));
}
