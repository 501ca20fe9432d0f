/* SPDX-License-Identifier: MIT */
/* System calls that change the address space. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/stat.h>

#include "../fs/device.h"
#include "../fs/fdtable.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "syscall.h"

#define PROT_ALL	(PROT_READ | PROT_WRITE | PROT_EXEC)
#define MAP_32BIT_START 0x40000000 /* as on Linux: mmap(2) */
#define MAP_32BIT_END	0x80000000

/* Rounds a length up to pages; 0 if there is no such length in the program's half. */
static uint64_t page_length(uint64_t length)
{
	return length > USER_TOP ? 0 : page_up(length);
}

/* Is [start, start + length) a range that munmap(2) and mprotect(2) take? Rounds the length. */
static bool page_range(uaddr_t start, size_t *length)
{
	*length = page_length(*length);
	return start % PAGE_SIZE == 0 && *length && user_range(start, *length);
}

static bool is_free(uint64_t start, uint64_t length)
{
	const struct vma *above = vma_find(start);

	return start >= USER_MIN && user_range(start, length) &&
	       (!above || above->start >= start + length);
}

/* Where an area that asks for `hint` goes: a page-aligned address or a negative errno. */
static int64_t place(uint64_t hint, uint64_t length, unsigned flags)
{
	uint64_t start;

	if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
		if (hint % PAGE_SIZE)
			return -EINVAL;
		if (!user_range(hint, length))
			return -ENOMEM;
		if (hint < USER_MIN)
			return -EPERM;
		if (flags & MAP_FIXED_NOREPLACE && !is_free(hint, length))
			return -EEXIST;
		return hint;
	}
	hint = page_down(hint);
	if (hint && is_free(hint, length) && !(flags & MAP_32BIT))
		return hint;
	start = flags & MAP_32BIT ? vma_find_gap(length, MAP_32BIT_START, MAP_32BIT_END)
				  : vma_find_gap(length, USER_MIN, MMAP_TOP);
	return start ? (int64_t)start : -ENOMEM;
}

/* Reads all of [offset, offset + bytes) to `start`, which is mapped. Fewer if it ends early. */
static int read_file(struct file *file, uint64_t offset, uint64_t start, uint64_t bytes)
{
	int64_t n = 1;

	for (; n > 0 && bytes; bytes -= n) {
		n = file_transfer_at(file, start, bytes, offset, true);
		if (n < 0)
			return n;
		start += n;
		offset += n;
	}
	return 0;
}

/* What can be mapped of a file: its size, or the errno of mmap(2). */
static int64_t mappable_size(struct file *file)
{
	if (!file)
		return -EBADF;
	if ((file->flags & O_ACCMODE) == O_WRONLY || file->flags & O_PATH)
		return -EACCES;
	return S_ISREG(file->mode) ? file_size(file) : -ENODEV;
}

/*
 * Maps what the file, `size` bytes, has at `offset` now, a snapshot; behind
 * its end, pages that are SIGBUS. `kind` is that of the area.
 */
static int map_file(uint64_t start, uint64_t length, unsigned prot, unsigned kind,
		    struct file *file, uint64_t offset, uint64_t size)
{
	uint64_t bytes = size > offset ? min(size - offset, length) : 0;
	uint64_t pages = page_length(bytes);
	int error = 0;

	if (pages)
		error = space_map(start, start + pages, prot, kind);
	if (!error && pages < length)
		error = space_map(start + pages, start + length, prot, kind | VMA_PAST_EOF);
	if (!error)
		error = read_file(file, offset, start, bytes);
	if (error)
		space_unmap(start, start + length); /* whole areas: this can't fail */
	return error;
}

/* May there be a mapping of this kind? 0, or the errno that Linux gives. */
static int check_kind(unsigned flags, unsigned prot)
{
	unsigned type = flags & MAP_TYPE;

	if (type != MAP_PRIVATE && type != MAP_SHARED &&
	    (type != MAP_SHARED_VALIDATE || flags & MAP_ANONYMOUS))
		return -EINVAL;
	/* Files are open for reading alone. */
	if (!(flags & MAP_ANONYMOUS) && type != MAP_PRIVATE && prot & PROT_WRITE)
		return -EACCES;
	return 0;
}

int64_t sys_mmap(uaddr_t hint, size_t bytes, unsigned prot, unsigned flags, int fd, uint64_t offset)
{
	struct file *file = NULL;
	uint64_t length = page_length(bytes);
	int64_t size = 0;
	int64_t start;
	int error;

	prot &= PROT_ALL;
	if (offset % PAGE_SIZE || bytes == 0)
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS)) {
		file = fd_file(fd);
		/* Memory of zeros, which is what each page of it is. */
		if (file && file->rdev == DEVICE_ZERO)
			flags |= MAP_ANONYMOUS;
		else
			size = mappable_size(file);
	}
	error = size < 0 ? size : check_kind(flags, prot);
	if (error)
		return error;
	if (!length)
		return -ENOMEM;
	if (offset > INT64_MAX - length)
		return -EOVERFLOW;
	/* More than could ever be there; what fits may still run out later, as on Linux. */
	if (prot & PROT_WRITE && !(flags & MAP_NORESERVE) &&
	    length / PAGE_SIZE > frame_count_total())
		return -ENOMEM;
	start = place(hint, length, flags);
	if (start < 0)
		return start;
	if (flags & MAP_FIXED)
		error = space_unmap(start, start + length);
	if (!error && flags & MAP_ANONYMOUS)
		error = space_map(start, start + length, prot,
				  (flags & MAP_TYPE) == MAP_PRIVATE ? VMA_MEMORY : VMA_KEEP);
	else if (!error)
		error = map_file(start, length, prot,
				 (flags & MAP_TYPE) == MAP_PRIVATE ? VMA_KEEP
								   : VMA_KEEP | VMA_NO_WRITE,
				 file, offset, size);
	return error ? error : start;
}

int64_t sys_munmap(uaddr_t start, size_t length)
{
	return page_range(start, &length) ? space_unmap(start, start + length) : -EINVAL;
}

int64_t sys_mprotect(uaddr_t start, size_t length, unsigned prot)
{
	if (start % PAGE_SIZE)
		return -EINVAL;
	if (length == 0)
		return 0;
	if (!page_range(start, &length))
		return -ENOMEM;
	if (prot & ~(PROT_ALL | PROT_SEM))
		return -EINVAL;
	if (!vma_covers(start, start + length, 0))
		return -ENOMEM;
	if (prot & PROT_WRITE && vma_kinds(start, start + length) & VMA_NO_WRITE)
		return -EACCES;
	return space_protect(start, start + length, prot & PROT_ALL);
}

int64_t sys_brk(uaddr_t wanted)
{
	return process_brk(wanted);
}

/* Grows [start, start + old) where it is, if nothing is in the way. */
static bool grow_in_place(uint64_t start, uint64_t old, uint64_t new)
{
	const struct vma *v = vma_find(start);

	return v->end == start + old && is_free(start + old, new - old) &&
	       space_map(start + old, start + new, v->prot, v->kind) == 0;
}

/* Where a mapping that can't grow goes, or a negative errno. What is there already goes away. */
static int64_t place_moved(uaddr_t start, size_t old, size_t new, uint64_t flags, uaddr_t to)
{
	int error;

	if (!(flags & MREMAP_FIXED)) {
		to = vma_find_gap(new, USER_MIN, MMAP_TOP);
		return to ? (int64_t)to : -ENOMEM;
	}
	if (to % PAGE_SIZE || !user_range(to, new) || to < USER_MIN ||
	    (to < start + old && start < to + new))
		return -EINVAL;
	error = space_unmap(to, to + new);
	return error ? error : (int64_t)to;
}

int64_t sys_mremap(uaddr_t start, size_t old, size_t new, uint64_t flags, uaddr_t to)
{
	const struct vma *v;
	int64_t target;
	int error = 0;

	old = page_length(old);
	new = page_length(new);
	if (flags & ~(uint64_t)(MREMAP_MAYMOVE | MREMAP_FIXED) ||
	    (flags & MREMAP_FIXED && !(flags & MREMAP_MAYMOVE)) || start % PAGE_SIZE || !old ||
	    !new || !user_range(start, old))
		return -EINVAL;
	v = vma_find(start);
	if (!v || v->start > start || v->end < start + old)
		return -EFAULT;
	if (new > old && (new - old) / PAGE_SIZE > frame_count_total() && v->prot & PROT_WRITE)
		return -ENOMEM;
	/* More of a file would have to be read, and which one is not known any more. */
	if (new > old && v->kind &(VMA_NO_WRITE | VMA_PAST_EOF | VMA_KEEP))
		return -ENOMEM;
	if (!(flags & MREMAP_FIXED)) {
		if (new < old)
			error = space_unmap(start + new, start + old);
		if (error || new <= old || grow_in_place(start, old, new))
			return error ? error : (int64_t)start;
		if (!(flags & MREMAP_MAYMOVE))
			return -ENOMEM;
	}
	target = place_moved(start, old, new, flags, to);
	if (target < 0)
		return target;
	error = space_move(start, old, target, new);
	return error ? error : target;
}

/* Gives up what private anonymous memory holds; the rest stays, it couldn't come again. */
static void discard(uint64_t start, uint64_t end)
{
	const struct vma *v;

	for (; (v = vma_find(start)) && v->start < end; start = v->end)
		if (v->kind == VMA_MEMORY)
			space_discard(max(start, v->start), min(end, v->end));
}

#define ADVICE(name) (1u << MADV_##name)
#define ADVICE_KNOWN                                                                               \
	(ADVICE(NORMAL) | ADVICE(RANDOM) | ADVICE(SEQUENTIAL) | ADVICE(WILLNEED) |                 \
	 ADVICE(DONTNEED) | ADVICE(FREE) | ADVICE(DONTFORK) | ADVICE(DOFORK) | ADVICE(MERGEABLE) | \
	 ADVICE(UNMERGEABLE) | ADVICE(HUGEPAGE) | ADVICE(NOHUGEPAGE) | ADVICE(DONTDUMP) |          \
	 ADVICE(DODUMP) | ADVICE(COLD) | ADVICE(PAGEOUT))

int64_t sys_madvise(uaddr_t start, size_t length, unsigned advice)
{
	if (advice >= 32 || !(ADVICE_KNOWN >> advice & 1) || start % PAGE_SIZE)
		return -EINVAL;
	if (length == 0)
		return 0;
	if (!page_range(start, &length))
		return length ? -ENOMEM : -EINVAL;
	if (advice == MADV_DONTNEED || advice == MADV_FREE)
		discard(start, start + length);
	return vma_covers(start, start + length, 0) ? 0 : -ENOMEM;
}
