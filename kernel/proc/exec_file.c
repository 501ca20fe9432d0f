/* SPDX-License-Identifier: MIT */
/* Reads and maps a file that is executed. */
#include "exec_file.h"

#include <asm/errno.h>
#include <linux/mman.h>
#include <linux/stat.h>

#include "../fs/hostcache.h"
#include "../fs/output.h"
#include "../fs/tmpfs.h"
#include "../host/clock.h"
#include "../host/hypercall.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/pagecache.h"
#include "../mm/space.h"
#include "../x86/direct_map.h"
#include "exec_tmpfs.h"

#define HEAD_SIZE (CACHE_AROUND * FRAME_SIZE)
#define SETTLED	  2 /* seconds after a change of a file, a second one has another time */

int exec_file_read(struct exec_file *file, uint64_t offset, paddr_t pa, uint64_t bytes)
{
	int64_t n = 1;

	if (file->opened)
		return exec_tmpfs_read(file, offset, pa, bytes);
	while (n > 0 && bytes) {
		n = hypercall_pread(file->fd, pa, bytes, offset);
		if (n > 0) {
			pa += n;
			offset += n;
			bytes -= n;
		}
	}
	return n < 0 ? n : bytes ? -ENODATA : 0;
}

/* Reads the head. Returns 0 or an errno. */
static int read_head(struct exec_file *file)
{
	int64_t n;

	file->head_size = HEAD_SIZE;
	file->head = frame_alloc_run(HEAD_SIZE / FRAME_SIZE);
	if (!file->head) {
		/*
		 * There may be no contiguous frames left. One frame has the headers of most files.
		 */
		file->head_size = FRAME_SIZE;
		file->head = frame_alloc();
	}
	if (!file->head)
		return -ENOMEM;
	n = hypercall_read(file->fd, file->head, file->head_size);
	file->head_end = n < 0 ? 0 : n;
	frame_return(file->head + max(page_up(file->head_end), FRAME_SIZE),
		     file->head + file->head_size);
	file->size = file->head_end;
	return n < 0 ? n : 0;
}

/*
 * Finds the file, which is longer than its head, in the page cache, or adds it. `stat` has its
 * attributes, NULL: they aren't known. `name` is its name for the host. Returns 0 or an errno.
 */
static int attach(struct exec_file *file, const struct hc_stat_result *stat, const char *name)
{
	int error = hostcache_attach(&file->cache, &file->fd, stat, false);

	if (error)
		return error;
	hostcache_set_name(file->cache, name, false);
	file->size = file->cache->size;
	/* The head was read before the attributes. If the last change is long past, they match. */
	file->settled =
		stat && stat->ctime.seconds + SETTLED < (int64_t)(clock_realtime() / NSEC_PER_SEC);
	return 0;
}

/* Takes the first page that the page cache has of a file as the head. Returns 0 or an errno. */
static int take_cached_head(struct exec_file *file)
{
	int error;
	const paddr_t *frames = cache_around(file->cache, 0, &error);

	if (!frames)
		return error;
	file->head = frames[0];
	/* frame_get() fails if the frame has all the references that there can be. */
	if (!frame_get(file->head)) {
		file->head = frame_alloc_uncleared();
		if (!file->head)
			return -ENOMEM;
		memcpy(phys_to_virt(file->head), phys_to_virt(cache_page(file->cache, 0)),
		       FRAME_SIZE);
	}
	file->head_size = FRAME_SIZE;
	file->head_end = min(file->size, FRAME_SIZE);
	return 0;
}

/* Takes a file, which is longer than a head, from the page cache. Returns 0 or an errno. */
static int attach_first(struct exec_file *file, const struct hc_stat_result *stat, const char *name)
{
	int error = attach(file, stat, name);

	if (error)
		return error;
	file->settled = false; /* the head is the cache's already */
	return take_cached_head(file);
}

/* Takes a file of a tmpfs, which is open. Returns 0 or an errno. */
static int look_at_memory(struct exec_file *file)
{
	int error = file_map(file->opened, &file->cache);
	int64_t size = file_size(file->opened);
	struct hc_stat_result stat;

	if (!error)
		error = file_stat(file->opened, &stat);
	if (error)
		return error;
	file->size = size;
	file->settled = false;
	if (!(stat.mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return -EACCES;
	error = tmpfs_deny_write(file->opened);
	if (error)
		return error;
	file->denies = true;
	return size ? take_cached_head(file) : -ENOEXEC;
}

/* Reads the file's head, and asks for its attributes if they are needed. Returns 0 or an errno. */
static int look_at(struct exec_file *file, const char *name, bool check_mode)
{
	struct hc_stat_result stat;
	int told = check_mode ? hypercall_fstat(file->fd, &stat) : -ENOSYS;
	int error;

	if (told && told != -ENOSYS)
		return told;
	if (!told && S_ISREG(stat.mode) && stat.size > HEAD_SIZE)
		error = attach_first(file, &stat, name);
	else
		error = read_head(file);
	if (!error && !told && !(stat.mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		error = -EACCES;
	if (error || file->cache || file->head_end < file->head_size)
		return error;
	if (told && !check_mode) {
		told = hypercall_fstat(file->fd, &stat);
		if (told && told != -ENOSYS)
			return told;
	}
	return attach(file, told ? NULL : &stat, name);
}

static void init(struct exec_file *file)
{
	file->fd = -1;
	file->opened = NULL;
	file->denies = false;
	file->cache = NULL;
	file->head = file->head_end = file->taken = 0;
}

int exec_file_take(struct exec_file *file, struct file *opened)
{
	int error;

	init(file);
	file->opened = opened;
	error = look_at_memory(file);
	if (error)
		exec_file_close(file);
	return error;
}

int exec_file_open(struct exec_file *file, const char *host_path, bool check_mode)
{
	int error = 0;

	init(file);
	if ((tmpfs_is_used() || output_count) && exec_tmpfs_has(host_path))
		error = exec_tmpfs_open(file, &host_path);
	if (!error && !file->opened) {
		file->fd = hostcache_open(host_path);
		error = file->fd < 0 ? file->fd : 0;
		/* A link of the host's may lead to a tmpfs. */
		if (error == -ENOENT && tmpfs_is_used())
			error = exec_tmpfs_open(file, &host_path);
	}
	if (error)
		return error;
	error = file->opened ? look_at_memory(file) : look_at(file, host_path, check_mode);
	if (error)
		exec_file_close(file);
	return error;
}

/* Frees the head's frames that are left up to the page at `end`. */
static void drop_head(struct exec_file *file, uint64_t end)
{
	for (; file->taken < end; file->taken += FRAME_SIZE)
		frame_put(file->head + file->taken);
}

struct file *exec_file_keep(struct exec_file *file)
{
	if (!file->opened)
		return NULL;
	(void)tmpfs_deny_write(file->opened); /* it denies already */
	file_get(file->opened);
	return file->opened;
}

void exec_file_drop(struct file *kept)
{
	tmpfs_allow_write(kept);
	file_put(kept);
}

void exec_file_close(struct exec_file *file)
{
	if (!exec_file_is_open(file))
		return;
	if (file->cache && file->settled && file->head_size == HEAD_SIZE &&
	    cache_give(file->cache, file->head))
		file->taken = HEAD_SIZE;
	if (file->denies)
		exec_file_drop(file->opened);
	else if (file->opened)
		file_put(file->opened);
	else if (file->cache)
		hostcache_detach(file->cache, file->fd);
	else
		hypercall_close(file->fd);
	file->opened = NULL;
	file->denies = false;
	file->fd = -1;
	if (file->head)
		drop_head(file, max(file->head_end, 1));
}

const void *exec_file_head(const struct exec_file *file)
{
	return phys_to_virt(file->head);
}

uaddr_t exec_file_pages_end(const struct elf_segment *segment)
{
	return segment->filesz ? page_up(segment->start + segment->filesz)
			       : page_down(segment->start);
}

/*
 * Clears the rest of the last page of the segment's file bytes, if it is mapped: pages are mapped
 * up to `end`. Returns 0 or an errno.
 */
static int clear_rest(struct space *space, const struct elf_segment *segment, uaddr_t end)
{
	uaddr_t zeros = segment->start + segment->filesz;
	int64_t run = 0;
	paddr_t pa;

	if (segment->memsz > segment->filesz && zeros < end) {
		run = space_run(space, zeros, end - zeros, true, &pa);
		if (run >= 0)
			memset(phys_to_virt(pa), 0, run);
	}
	return run < 0 ? run : 0;
}

int exec_file_fill(struct exec_file *file, struct space *space, const struct elf_segment *segment,
		   uaddr_t at, uaddr_t end)
{
	uint64_t shift = segment->start - segment->offset; /* whole pages */
	uint64_t read_end = min(end, file->size + shift);
	int64_t run = 0;
	paddr_t pa;

	for (; run >= 0 && at < read_end; at += run) {
		run = space_run(space, at, read_end - at, true, &pa);
		if (run > 0) {
			int error = exec_file_read(file, at - shift, pa, run);

			run = error ? error : run;
		}
	}
	return run < 0 ? run : clear_rest(space, segment, end);
}

/*
 * Maps frames of the file's head as the first pages of a segment that has file bytes. Returns the
 * end of those pages.
 */
static uaddr_t take_pages(struct exec_file *file, struct space *space,
			  const struct elf_segment *segment)
{
	uaddr_t start = page_down(segment->start);
	uint64_t shift = segment->start - segment->offset; /* whole pages */
	uint64_t from = start - shift;			   /* in the file, as the next */
	uint64_t to = page_up(min(segment->offset + segment->filesz, file->head_end));
	uaddr_t end;

	if (from < file->taken || from >= to)
		return start;
	drop_head(file, from);
	end = space_map_frames(space, start, to + shift, file->head + from, segment->prot);
	file->taken = end - shift;
	return end;
}

/*
 * Maps the file pages of a segment from the page cache, and clears the rest of the last one.
 * Returns 0 or an errno. Not inline: a small program has no such page, and would pay with
 * registers that are saved.
 */
static __attribute__((noinline)) int map_cached(struct exec_file *file, struct space *space,
						const struct elf_segment *segment, uaddr_t top)
{
	uaddr_t start = page_down(segment->start);
	uaddr_t end = page_up(segment->start + segment->filesz);
	int error = start < top ? space_unmap(space, start, end) : 0;

	if (!error)
		error = space_map_file(space, start, end, segment->prot, VMA_MEMORY, file->cache,
				       page_down(segment->offset));
	return error ? error : clear_rest(space, segment, end);
}

/* Maps an area, over what is there unless it begins at `top` or above. Returns 0 or -ENOMEM. */
static inline int map_area(struct space *space, uaddr_t start, uaddr_t end, uaddr_t top,
			   unsigned prot, unsigned kind)
{
	int error;

	if (start >= top)
		return space_append(space, start, end, prot, kind);
	error = space_unmap(space, start, end);
	return error ? error : space_map(space, start, end, prot, kind);
}

/* Maps one segment. Returns 0 or an errno. */
static int map_segment(struct exec_file *file, struct space *space,
		       const struct elf_segment *segment, uaddr_t top, unsigned kind)
{
	uaddr_t start = page_down(segment->start);
	uaddr_t zeros = exec_file_pages_end(segment);
	uaddr_t end = page_up(segment->start + segment->memsz);
	uaddr_t at;
	int error = 0;

	if (start < zeros && file->cache) {
		error = map_cached(file, space, segment, top);
	} else if (start < zeros) {
		error = map_area(space, start, zeros, top, segment->prot, kind);
		if (error)
			return error;
		at = take_pages(file, space, segment);
		/* Most often nothing is left to read, and no zeros follow in the last page. */
		if (at < zeros || segment->memsz > segment->filesz)
			error = exec_file_fill(file, space, segment, at, zeros);
	}
	if (!error && zeros < end)
		error = map_area(space, zeros, end, top,
				 PROT_READ | PROT_WRITE | (segment->prot & PROT_EXEC), VMA_MEMORY);
	return error;
}

int exec_file_map(struct exec_file *file, struct space *space, const struct elf_plan *plan,
		  uaddr_t top, unsigned kind)
{
	int error = 0;

	if (file->cache)
		cache_expect_use(file->cache);
	for (unsigned i = 0; !error && i < plan->segment_count; i++) {
		const struct elf_segment *segment = &plan->segments[i];

		error = map_segment(file, space, segment, top, kind);
		top = max(top, page_up(segment->start + segment->memsz));
	}
	return error;
}
