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

#define FIRST	  (4 * PAGE_SIZE)   /* bytes that are first read ahead; then four times as many */
#define MOST	  (128 * PAGE_SIZE) /* each time, up to so many */
#define OF_MEMORY 64		    /* and this part of what is free */

#define TRUE_FOR NSEC_PER_SEC /* so long, what was read is taken for what there is */

#define SAMPLE 128 /* bytes */
#define DEARER 2   /* is an exit than the shortest: it disturbs the host, too */

void readahead_drop(struct readahead *ahead)
{
	frame_put_row(ahead->frames, ahead->frames + ahead->capacity);
	ahead->frames = ahead->bytes = ahead->capacity = 0;
}

/* Has room for more than now, if memory allows. False: there is none at all. */
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
 * What may be copied: READAHEAD_SMALL bytes, or less where that would take longer than
 * an exit does, as with an interpreted ring 0. Both are measured: the shortest
 * times, for others may take the CPU meanwhile.
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

/* Reads on from `offset`. Returns how many bytes there are, or a negative errno. */
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
	/* Not a part of it: the rest would be of another time, and the file may have grown. */
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
