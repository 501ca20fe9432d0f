/* SPDX-License-Identifier: MIT */
/* System calls that change the address space. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/stat.h>

#include "../fs/fdtable.h"
#include "../fs/tmpfs.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/process.h"
#include "memory.h"
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
	const struct vma *above = vma_find(current_space, start);

	return start >= USER_MIN && user_range(start, length) &&
	       (!above || above->start >= start + length);
}

/* Where a mapping with this hint goes: a page-aligned address or a negative errno. */
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
	if (hint && is_free(hint, length) && !(flags & MAP_32BIT && hint + length > MAP_32BIT_END))
		return hint;
	start = flags & MAP_32BIT
			? vma_find_gap(current_space, length, MAP_32BIT_START, MAP_32BIT_END)
			: vma_find_gap(current_space, length, USER_MIN, MMAP_TOP);
	return start ? (int64_t)start : -ENOMEM;
}

/* The flags of mmap(2) that MAP_SHARED_VALIDATE knows: LEGACY_MAP_MASK of Linux. */
#define MAP_KNOWN                                                                                  \
	(MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_32BIT | MAP_GROWSDOWN | MAP_DENYWRITE |        \
	 MAP_EXECUTABLE | MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK |   \
	 MAP_HUGETLB)

/* Is a shared mapping of this file read-only? NULL: a mapping without a file. */
static bool is_read_only(const struct file *file)
{
	return file && (file->flags & O_ACCMODE) == O_RDONLY;
}

/* May nobody write to the file any more? */
static bool is_sealed(const struct file *file)
{
	int seals = file ? tmpfs_get_seals(file) : 0;

	return seals > 0 && seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
}

/* Can there be such a mapping, of this file or of none? 0, or the errno that Linux gives. */
static int check_kind(unsigned flags, unsigned prot, const struct file *file)
{
	unsigned type = flags & MAP_TYPE;

	/* There is no pool of huge pages. */
	if (flags & MAP_HUGETLB)
		return flags & MAP_ANONYMOUS ? -ENOMEM : -EINVAL;
	if (type == MAP_PRIVATE)
		return 0;
	if (type != MAP_SHARED && (type != MAP_SHARED_VALIDATE || flags & MAP_ANONYMOUS))
		return -EINVAL;
	if (type == MAP_SHARED_VALIDATE && flags & ~MAP_KNOWN)
		return -EOPNOTSUPP;
	if (flags & MAP_GROWSDOWN)
		return -EINVAL;
	if (is_sealed(file) && prot & PROT_WRITE)
		return -EPERM;
	return is_read_only(file) && prot & PROT_WRITE ? -EACCES : 0;
}

/* The kind, VMA_*, of a mapping with these flags, of this file or of none. */
static unsigned kind_of(unsigned flags, const struct file *file)
{
	if ((flags & MAP_TYPE) == MAP_PRIVATE)
		return VMA_MEMORY;
	return VMA_SHARED | (is_read_only(file) || is_sealed(file) ? VMA_NO_WRITE : 0);
}

/* How many bytes of [start, end) are mapped. */
static uint64_t mapped_bytes(uint64_t start, uint64_t end)
{
	uint64_t bytes = 0;
	const struct vma *v;

	for (; (v = vma_find(current_space, start)) && v->start < end; start = v->end)
		bytes += min(end, v->end) - max(start, v->start);
	return bytes;
}

/* Can so much more be mapped? No more than memory could ever hold. It may still run out later. */
static bool is_enough(uint64_t bytes, unsigned prot, unsigned kind, bool reserve)
{
	if (prot & PROT_WRITE && reserve && bytes / PAGE_SIZE > frame_count_total())
		return false;
	return limit_allows_memory(bytes, prot, kind);
}

/* Maps it at `start`, where something is mapped only with MAP_FIXED. Returns 0 or an errno. */
static inline int map_at(uaddr_t start, uint64_t length, unsigned prot, unsigned flags,
			 const struct file *file, struct cache *cache, uint64_t offset)
{
	uaddr_t end = start + length;
	unsigned kind = kind_of(flags, file);
	uint64_t replaced = flags & MAP_FIXED ? mapped_bytes(start, end) : 0;
	int error = 0;

	if (!is_enough(length - replaced, prot, kind, !(flags & MAP_NORESERVE)))
		return -ENOMEM;
	if (replaced)
		error = space_unmap(current_space, start, end);
	if (error)
		return error;
	error = space_map_file(current_space, start, end, prot, kind, cache, cache ? offset : 0);
	/* As on Linux, an error of this isn't mmap's. It shows when the page is touched. */
	if ((flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE && !error && prot)
		(void)space_populate(current_space, start, end,
				     prot & PROT_WRITE && !(kind & VMA_SHARED));
	return error;
}

int64_t memory_map(uaddr_t hint, uint64_t length, unsigned prot, unsigned flags, struct file *file,
		   uint64_t offset)
{
	struct cache *cache = NULL;
	int64_t start;
	int error = file ? file_map(file, &cache) : 0;

	if (!error)
		error = check_kind(flags, prot, file);
	if (error)
		return error;
	if (!length)
		return -ENOMEM;
	if (offset > INT64_MAX - length)
		return -EOVERFLOW;
	start = place(hint, length, flags);
	if (start < 0)
		return start;
	error = map_at(start, length, prot, flags, file, cache, offset);
	return error ? error : start;
}

int64_t sys_mmap(uaddr_t hint, size_t bytes, unsigned prot, unsigned flags, int fd, uint64_t offset)
{
	struct file *file = NULL;

	if (offset % PAGE_SIZE)
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS)) {
		file = fd_file(fd);
		if (!file)
			return -EBADF;
	}
	if (bytes == 0 || !(flags & MAP_TYPE))
		return -EINVAL;
	return memory_map(hint, page_length(bytes), prot & PROT_ALL, flags, file, offset);
}

int64_t sys_munmap(uaddr_t start, size_t length)
{
	return page_range(start, &length) ? space_unmap(current_space, start, start + length)
					  : -EINVAL;
}

/* Changes the rights of what is mapped, up to a hole, as Linux does. */
static int protect(uint64_t start, uint64_t end, unsigned prot)
{
	uint64_t stop;
	int error = 0;

	for (; start < end && !error; start = stop) {
		const struct vma *v = vma_find(current_space, start);

		if (!v || v->start > start)
			return -ENOMEM;
		if (prot & PROT_WRITE && v->kind & VMA_NO_WRITE)
			return -EACCES;
		stop = min(end, v->end);
		error = space_protect(current_space, start, stop, prot);
	}
	return error;
}

int64_t sys_mprotect(uaddr_t start, size_t length, unsigned prot)
{
	unsigned grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
	const struct vma *v;
	uaddr_t end;

	prot &= ~grows;
	if (start % PAGE_SIZE || grows == (PROT_GROWSDOWN | PROT_GROWSUP))
		return -EINVAL;
	if (length == 0)
		return 0;
	if (!page_range(start, &length))
		return -ENOMEM;
	if (prot & ~(PROT_ALL | PROT_SEM))
		return -EINVAL;
	end = start + length;
	if (grows) {
		v = vma_find(current_space, start);
		if (!v || v->start >= (grows == PROT_GROWSDOWN ? end : start + 1))
			return -ENOMEM;
		/* Only the stack grows, and it grows down. */
		if (grows == PROT_GROWSUP || !(v->kind & VMA_STACK))
			return -EINVAL;
		start = v->start;
	}
	return protect(start, end, prot & PROT_ALL);
}

int64_t sys_brk(uaddr_t wanted)
{
	struct space *space = current_space;
	uint64_t more = 0;

	if (wanted <= MMAP_TOP)
		more = page_up(max(wanted, space->brk)) - page_up(space->brk);
	/* brk(2) never fails: it returns where the heap ends. */
	if (!more || is_enough(more, PROT_WRITE, VMA_MEMORY, true))
		(void)space_move_brk(space, wanted);
	return space->brk;
}

/*
 * Does the area's memory grow with its mapping? Shared memory doesn't: behind its end is SIGBUS.
 */
static bool grows_alike(const struct vma *v)
{
	return vma_is_anonymous(v) || v->cache;
}

/* May the area grow by so much? Not one with pages of the vDSO or of the program's image. */
static bool can_grow(const struct vma *v, uint64_t bytes)
{
	return (grows_alike(v) || (v->kind & ~VMA_NO_WRITE) == VMA_SHARED) &&
	       is_enough(bytes, v->prot, v->kind, true);
}

/* Maps [start, end) as a continuation of the area, which ends at `from`. Returns 0 or an errno. */
static int map_more(const struct vma *v, uaddr_t from, uaddr_t start, uaddr_t end)
{
	if (v->cache)
		return space_map_file(current_space, start, end, v->prot, v->kind, v->cache,
				      vma_offset(v, from));
	return space_map(current_space, start, end, v->prot,
			 vma_is_anonymous(v) ? VMA_MEMORY : v->kind | VMA_PAST_EOF);
}

/* Grows [start, start + old) where it is, if nothing is in the way. */
static bool grow_in_place(uint64_t start, uint64_t old, uint64_t new)
{
	const struct vma *v = vma_find(current_space, start);

	return v->end == start + old && is_free(start + old, new - old) &&
	       map_more(v, v->end, start + old, start + new) == 0;
}

/* Where mremap(2) moves a mapping to, or a negative errno. What is mapped there is unmapped. */
static int64_t place_moved(uaddr_t start, size_t old, size_t new, uint64_t flags, uaddr_t to)
{
	int error;

	if (!(flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)))
		return place(0, new, 0);
	/* Linux checks the address even where it is only a hint. */
	if (to % PAGE_SIZE || !user_range(to, new) || (to < start + old && start < to + new))
		return -EINVAL;
	if (!(flags & MREMAP_FIXED))
		return place(to, new, 0);
	if (to < USER_MIN)
		return -EINVAL;
	error = space_unmap(current_space, to, to + new);
	return error ? error : (int64_t)to;
}

/* Moves a mapping, and maps what it has grown by. Returns 0 or a negative errno. */
static int move(uaddr_t start, size_t old, uaddr_t to, size_t new, uint64_t flags)
{
	const struct vma *v = vma_find(current_space, start);
	bool keep = flags & MREMAP_DONTUNMAP;
	int error = 0;

	if (new <= old || grows_alike(v))
		return space_move(current_space, start, old, to, new, keep);
	error = map_more(v, start + old, to + old, to + new);
	if (error)
		return error;
	error = space_move(current_space, start, old, to, old, keep);
	if (error)
		space_unmap(current_space, to + old, to + new); /* a whole area: this can't fail */
	return error;
}

/* Are the flags of mremap(2), and the lengths with them, in order? */
static bool can_remap(uaddr_t start, size_t old, size_t new, uint64_t flags)
{
	if (flags & ~(uint64_t)(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP))
		return false;
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) && !(flags & MREMAP_MAYMOVE))
		return false;
	if (flags & MREMAP_DONTUNMAP && old != new)
		return false;
	return start % PAGE_SIZE == 0 && old && new &&user_range(start, old);
}

int64_t sys_mremap(uaddr_t start, size_t old, size_t new, uint64_t flags, uaddr_t to)
{
	const struct vma *v;
	int64_t target;
	int error = 0;

	old = page_length(old);
	new = page_length(new);
	if (!can_remap(start, old, new, flags))
		return -EINVAL;
	v = vma_find(current_space, start);
	if (!v || v->start > start || v->end < start + old)
		return -EFAULT;
	/* Shared memory would stay visible at the old place: Linux refuses that. */
	if (flags & MREMAP_DONTUNMAP && !grows_alike(v))
		return -EINVAL;
	if (new > old && !can_grow(v, new - old))
		return -ENOMEM;
	if (flags & MREMAP_DONTUNMAP && !is_enough(new, v->prot, v->kind, true))
		return -ENOMEM;
	if (!(flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))) {
		if (new < old)
			error = space_unmap(current_space, start + new, start + old);
		if (error || new <= old || grow_in_place(start, old, new))
			return error ? error : (int64_t)start;
		if (!(flags & MREMAP_MAYMOVE))
			return -ENOMEM;
	}
	target = place_moved(start, old, new, flags, to);
	if (target < 0)
		return target;
	error = move(start, old, target, new, flags);
	return error ? error : target;
}
