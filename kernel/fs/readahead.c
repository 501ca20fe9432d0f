/* SPDX-License-Identifier: MIT */
/* Read-ahead of one open file. */
#include "readahead.h"

#include <asm/errno.h>

#include "../host/clock.h"
#include "../host/hypercall.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/frame_row.h"
#include "../mm/uaccess.h"
#include "../x86/direct_map.h"
#include "../x86/x86.h"

/* The window, in bytes: each read ahead is four times as large as the one before. */
#define FIRST	  (4 * PAGE_SIZE)
#define MOST	  (128 * PAGE_SIZE)
#define OF_MEMORY 64 /* it takes at most 1/64 of the free memory */

#define TRUE_FOR NSEC_PER_SEC /* what was read ahead is dropped when it is older */

#define SAMPLE 128 /* bytes that measure() copies */
#define DEARER 2   /* an exit counts double: it disturbs the host, too */

void readahead_drop(struct readahead *ahead)
{
	frame_put_row(ahead->frames, ahead->frames + ahead->capacity);
	ahead->frames = ahead->bytes = ahead->capacity = 0;
}

/* Enlarges the window, if memory allows. False: there is no window at all. */
static bool grow(struct readahead *ahead)
{
	uint32_t most = min(MOST, frame_count_free() / OF_MEMORY * FRAME_SIZE);
	uint32_t wanted = min(ahead->capacity ? 4 * ahead->capacity : FIRST, most);
	paddr_t frames;

	if (wanted <= ahead->capacity)
		return ahead->capacity;
	frames = frame_alloc_run(wanted / FRAME_SIZE);
	if (!frames)
		return ahead->capacity;
	readahead_drop(ahead);
	ahead->frames = frames;
	ahead->capacity = wanted;
	return true;
}

/*
 * The largest read that is copied: READAHEAD_SMALL bytes, or fewer where copying them takes
 * longer than an exit, as in an interpreted ring 0. measure() times both. It keeps the shortest
 * times, because others may take the CPU in between.
 */
static uint64_t copy_most = READAHEAD_SMALL;

static void measure(uint64_t ticks)
{
	static uint8_t from[SAMPLE], to[SAMPLE];
	static uint64_t exit_ticks = UINT64_MAX / SAMPLE / DEARER, copy_ticks = UINT64_MAX;

	exit_ticks = min(exit_ticks, ticks);
	for (int i = 0; i < 4; i++) {
		uint64_t start = rdtsc();

		memcpy(to, from, SAMPLE);
		copy_ticks = min(copy_ticks, rdtsc() - start + 1);
	}
	copy_most = min(READAHEAD_SMALL, DEARER * SAMPLE * exit_ticks / copy_ticks);
}

/* Fills the window from `offset` on. Returns how many bytes it holds, or a negative errno. */
static int64_t refill(struct readahead *ahead, int host, int64_t offset)
{
	uint64_t start;
	int64_t n;

	if (!grow(ahead))
		return -EAGAIN;
	start = rdtsc();
	n = hypercall_pread(host, ahead->frames, ahead->capacity, offset);
	measure(rdtsc() - start);
	ahead->start = offset;
	ahead->read_at = clock_monotonic();
	ahead->bytes = n < 0 ? 0 : n;
	if (n > 0 && n < ahead->capacity)
		readahead_note_end(ahead, offset + n);
	return n;
}

void readahead_note_end(struct readahead *ahead, int64_t end)
{
	ahead->end = end;
	ahead->end_call = hypercall_count();
	ahead->end_at = clock_monotonic();
}

bool readahead_at_end(struct readahead *ahead, int64_t offset)
{
	bool known = ahead->end_call == hypercall_count() && offset == ahead->end &&
		     clock_monotonic() - ahead->end_at < TRUE_FOR;

	if (known)
		ahead->end_call = 0;
	return known;
}

int64_t readahead_read(struct readahead *ahead, int host, uaddr_t buffer, uint64_t bytes,
		       int64_t offset)
{
	uint64_t at = offset - ahead->start; /* huge, if it is before */
	int64_t n;

	if (!bytes || bytes > copy_most)
		return -EAGAIN;
	/* All of the read or nothing: the rest would be of another time, and the file may grow. */
	if (at > ahead->bytes || bytes > ahead->bytes - at ||
	    clock_monotonic() - ahead->read_at > TRUE_FOR) {
		if (offset != ahead->next)
			return -EAGAIN;
		n = refill(ahead, host, offset);
		if (n == 0)
			readahead_drop(ahead);
		if (n <= 0)
			return n;
		at = 0;
		bytes = min(bytes, n);
	}
	if (copy_to_user(buffer, (const uint8_t *)phys_to_virt(ahead->frames) + at, bytes) < 0)
		return -EAGAIN;
	ahead->next = offset + bytes;
	return bytes;
}
