/* SPDX-License-Identifier: MIT */
/* The data of a tmpfs's regular files. */
#include <asm/errno.h>
#include <linux/falloc.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../sched/thread.h"
#include "../x86/direct_map.h"
#include "file.h"
#include "tmpfs_node.h"

/* How many bytes of a buffer a call can move, -EFAULT if none. 0 only if `bytes` is. */
static int64_t reachable(uaddr_t buffer, uint64_t bytes, bool write)
{
	int64_t extent;

	bytes = min(bytes, TRANSFER_MAX);
	extent = user_extent(buffer, bytes, write);
	return extent || !bytes ? extent : -EFAULT;
}

/* The bytes of one page in [offset, offset + left). */
static uint64_t piece_at(uint64_t offset, uint64_t left)
{
	return min(left, PAGE_SIZE - offset % PAGE_SIZE);
}

int64_t tmpfs_read_data(struct tmpfs_node *node, uaddr_t buffer, uint64_t bytes, int64_t offset)
{
	static const uint8_t zeros[PAGE_SIZE];
	const struct cache *cache = &node->cache;
	int64_t left, done, piece;
	int error;

	if (__builtin_add_overflow(offset, (int64_t)bytes, &left))
		return -EINVAL;
	if ((uint64_t)offset >= cache->size)
		return 0;
	left = reachable(buffer, min(bytes, cache->size - offset), true);
	if (left <= 0)
		return left;
	for (done = 0; left; done += piece, left -= piece) {
		uint64_t at = offset + done;
		paddr_t frame = cache_page(cache, at / PAGE_SIZE);
		const uint8_t *from = frame ? phys_to_virt(frame) : zeros;

		piece = piece_at(at, left);
		error = copy_to_user(buffer + done, from + at % PAGE_SIZE, piece);
		if (error)
			return done ? done : error;
	}
	tmpfs_accessed(node);
	return done;
}

/* The page frame of a page within the file's size, which may be new. 0: none, and *error. */
static paddr_t page_to_write(struct tmpfs_node *node, uint64_t page, int *error)
{
	paddr_t frame = cache_page(&node->cache, page);
	const paddr_t *frames;

	if (frame)
		return frame;
	frames = cache_around(&node->cache, page, error);
	if (!frames) {
		*error = *error == -EIO ? -ENOSPC : *error;
		return 0;
	}
	return frames[page % CACHE_AROUND];
}

/* Writes to one page, as far as that reaches. Returns 0 or an errno. */
static int write_piece(struct tmpfs_node *node, uaddr_t buffer, uint64_t piece, uint64_t at)
{
	uint64_t before = node->cache.size;
	int error = 0;
	paddr_t frame;

	node->cache.size = max(before, at + piece);
	frame = page_to_write(node, at / PAGE_SIZE, &error);
	if (frame)
		error = copy_from_user(phys_to_virt(frame + at % PAGE_SIZE), buffer, piece);
	if (error)
		node->cache.size = before;
	return error;
}

int64_t tmpfs_write_data(struct tmpfs_node *node, uaddr_t buffer, uint64_t bytes, int64_t offset)
{
	uint32_t seals = node->has.file.seals;
	int64_t left, done, piece, first;
	int error;

	if (__builtin_add_overflow(offset, (int64_t)bytes, &left))
		return -EINVAL;
	left = reachable(buffer, bytes, false);
	if (left <= 0)
		return left;
	if (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE) ||
	    (seals & F_SEAL_GROW && (uint64_t)offset + left > node->cache.size))
		return -EPERM;
	for (done = 0; left; done += piece, left -= piece) {
		piece = piece_at(offset + done, left);
		error = write_piece(node, buffer + done, piece, offset + done);
		/*
		 * It may be the buffer's second page that isn't there, as behind the end of a file
		 * that is mapped. What lies before it was copied, and is written.
		 */
		first = PAGE_SIZE - (buffer + done) % PAGE_SIZE;
		if (error && first < piece) {
			piece = left = first;
			error = write_piece(node, buffer + done, piece, offset + done);
		}
		if (error && !done)
			return error;
		if (error)
			break;
	}
	tmpfs_modified(node);
	return done;
}

bool tmpfs_is_mapped_to_write(const struct tmpfs_node *node)
{
	const struct thread *t = current;

	if (node->cache.refs == 1)
		return false;
	do {
		if (t->space && space_may_write(t->space, &node->cache))
			return true;
		t = t->next;
	} while (t != current);
	return false;
}

void tmpfs_cut(struct tmpfs_node *node, uint64_t first, uint64_t end, bool copies)
{
	struct cache *cache = &node->cache;
	const struct space *before = NULL;
	struct thread *t = current;

	/* One reference is the node's, the others are of areas. */
	if (cache->refs > 1) {
		do {
			if (t->space && t->space != before)
				space_cut(t->space, cache, first, end, copies);
			before = t->space;
			t = t->next;
		} while (t != current);
	}
	cache_drop(cache, first, end);
}

/* Clears [start, end), which is within one page, if that page is there. */
static void clear(struct tmpfs_node *node, uint64_t start, uint64_t end)
{
	paddr_t frame = start < end ? cache_page(&node->cache, start / PAGE_SIZE) : 0;

	if (frame)
		memset(phys_to_virt(frame + start % PAGE_SIZE), 0, end - start);
}

int tmpfs_resize(struct tmpfs_node *node, uint64_t size)
{
	uint64_t before = node->cache.size;
	uint32_t seals = node->has.file.seals;

	if ((size < before && seals & F_SEAL_SHRINK) || (size > before && seals & F_SEAL_GROW))
		return -EPERM;
	if (size < before) {
		clear(node, size, min(before, page_up(size)));
		tmpfs_cut(node, page_up(size) / PAGE_SIZE, UINT64_MAX / PAGE_SIZE, true);
	}
	node->cache.size = size;
	tmpfs_modified(node);
	return 0;
}

int tmpfs_set(struct tmpfs_node *node, const struct attributes *set)
{
	int error = 0;

	if (set->set & SET_SIZE && !S_ISREG(node->mode))
		return S_ISDIR(node->mode) ? -EISDIR : -EINVAL;
	if (set->set & SET_SIZE)
		error = node->has.file.writers < 0 ? -ETXTBSY : tmpfs_resize(node, set->size);
	if (!error)
		tmpfs_set_inode(node, set);
	return error;
}

static void make_hole(struct tmpfs_node *node, uint64_t start, uint64_t end)
{
	uint64_t first = page_up(start), last = page_down(end);

	if (first > last) {
		clear(node, start, end);
		return;
	}
	clear(node, start, first);
	clear(node, last, end);
	if (first < last)
		tmpfs_cut(node, first / PAGE_SIZE, last / PAGE_SIZE, false);
}

/* FALLOC_FL_PUNCH_HOLE of fallocate(2). Returns 0 or -EPERM. */
static int punch(struct tmpfs_node *node, uint64_t start, uint64_t end)
{
	if (node->has.file.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EPERM;
	make_hole(node, start, end);
	tmpfs_modified(node);
	return 0;
}

int tmpfs_punch(struct cache *cache, uint64_t offset, uint64_t bytes)
{
	if (!cache_is_memory(cache))
		return -EOPNOTSUPP;
	return punch((struct tmpfs_node *)cache, offset, offset + bytes);
}

/* Makes the pages [first, end) that aren't there, if there is room for all. 0 or an errno. */
static int populate(struct tmpfs_node *node, uint64_t first, uint64_t end)
{
	struct tmpfs_room room = tmpfs_room();
	uint64_t missing = 0;
	int error = 0;

	if (end - first > room.pages)
		return -ENOSPC;
	for (uint64_t page = first; page < end; page++)
		missing += !cache_page(&node->cache, page);
	if (missing > room.pages - min(room.pages, room.pages_used))
		return -ENOSPC;
	for (uint64_t page = first; page < end && !error; page++)
		(void)page_to_write(node, page, &error);
	return error;
}

int tmpfs_allocate(struct tmpfs_node *node, unsigned mode, int64_t offset, int64_t bytes)
{
	uint64_t before = node->cache.size;
	uint64_t end = (uint64_t)offset + bytes;
	uint32_t seals = node->has.file.seals;
	int error;

	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
		return -EOPNOTSUPP;
	if (mode & FALLOC_FL_PUNCH_HOLE)
		return punch(node, offset, end);
	if (seals & F_SEAL_GROW && end > before)
		return -EPERM;
	node->cache.size = max(before, end);
	error = populate(node, offset / PAGE_SIZE, page_up(end) / PAGE_SIZE);
	if (error || mode & FALLOC_FL_KEEP_SIZE)
		node->cache.size = before;
	tmpfs_changed(node);
	return error;
}
