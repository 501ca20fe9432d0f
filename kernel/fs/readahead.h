/* SPDX-License-Identifier: MIT */
/*
 * Read-ahead of one open file: small reads in a row are served from memory, so that
 * they cost a copy instead of an exit. Other reads go to the host. What others
 * change in the file shows at most a second late; what they append, at once.
 */
#ifndef READAHEAD_H
#define READAHEAD_H

#include <stdint.h>

#include "../types.h"

/* All zeros: nothing is read ahead. */
struct readahead {
	int64_t next;	   /* where the file's last read ended */
	int64_t start;	   /* where in the file what is here begins */
	paddr_t frames;	   /* in a row, 0: there are none */
	uint32_t bytes;	   /* what is here */
	uint32_t capacity; /* of the frames, bytes */
	uint64_t read_at;  /* clock_monotonic() when that was read */
};

/* Of more bytes at once, a copy gains nothing. */
#define READAHEAD_SMALL 4096

/*
 * Reads up to READAHEAD_SMALL bytes of a regular file for the program. Returns how many it
 * was, or a negative errno: above all -EAGAIN, the caller has to read them
 * itself.
 */
int64_t readahead_read(struct readahead *ahead, int host, uaddr_t buffer, uint64_t bytes,
		       int64_t offset);

/* The caller has read up to `end`. */
static inline void readahead_note(struct readahead *ahead, int64_t end)
{
	ahead->next = end;
}

/* Frees what it holds. */
void readahead_drop(struct readahead *ahead);

#endif
