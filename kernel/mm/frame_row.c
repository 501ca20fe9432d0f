/* SPDX-License-Identifier: MIT */
/* Page frames in a row, found among single ones. */
#include "frame_row.h"

#define SINGLES 128 /* page frames among which a row is looked for */

static void sort(paddr_t *frames, unsigned count)
{
	for (unsigned i = 1; i < count; i++)
		for (unsigned j = i; j && frames[j - 1] > frames[j]; j--) {
			paddr_t frame = frames[j];

			frames[j] = frames[j - 1];
			frames[j - 1] = frame;
		}
}

paddr_t frame_alloc_row(unsigned *count)
{
	paddr_t all[SINGLES];
	paddr_t *frames = all + SINGLES;
	unsigned n = 0, best = 0, length = 0;
	paddr_t frame;

	/* Filled from its end: frames that were freed in order are allocated in reverse. */
	while (n < SINGLES && (frame = frame_alloc_uncleared())) {
		*--frames = frame;
		n++;
	}
	sort(frames, n);
	for (unsigned i = 0, run = 0; i < n && length < *count; i++) {
		run = i && frames[i - 1] + FRAME_SIZE == frames[i] ? run + 1 : 1;
		if (run > length) {
			length = run;
			best = i + 1 - run;
		}
	}
	for (unsigned i = 0; i < n; i++)
		if (i < best || i >= best + length)
			frame_put(frames[i]);
	*count = length;
	return length ? frames[best] : 0;
}

void frame_put_row(paddr_t from, paddr_t to)
{
	for (; from < to; from += FRAME_SIZE)
		frame_put(from);
}
