/* SPDX-License-Identifier: MIT */
/*
 * Read-ahead of one open file: small reads in a row are served from memory, so that
 * they cost a copy instead of an exit. Other reads go to the host. What others
 * change in the file shows at most a second late; what they append, at once, but for one read: the
 * one that follows the read which found the end, if nothing else was asked of the host
 * since. So who reads to the end needs no second exit to be told of it.
 */
#ifndef READAHEAD_H
#define READAHEAD_H

#include <stdbool.h>
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
	int64_t end;	   /* where a read found the end of the file */
	uint64_t end_call; /* hypercall_count() after that; 0: none has, or it was used */
	uint64_t end_at;   /* clock_monotonic() then */
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

/* The host has just answered a read with less than was asked for: some bytes, up to `end`. */
void readahead_note_end(struct readahead *ahead, int64_t end);

/* Is a read at `offset` one at the end of the file that needn't be asked for? True once. */
bool readahead_at_end(struct readahead *ahead, int64_t offset);

/* Frees what it holds. */
void readahead_drop(struct readahead *ahead);

#endif
