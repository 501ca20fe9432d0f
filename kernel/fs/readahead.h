/* SPDX-License-Identifier: MIT */
/*
 * Read-ahead of one open file. Small reads in a row are served from memory: each costs a copy
 * instead of an exit. Other reads go to the host.
 *
 * What others change in the file shows at most a second late. What they append shows at once,
 * except to one read: the first after a short read, if no hypercall was made in between. It
 * returns 0 without an exit, so a program that reads to the end pays for the end once.
 */
#ifndef READAHEAD_H
#define READAHEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "../types.h"

/* All zeros: nothing is read ahead. */
struct readahead {
	int64_t next;	   /* offset where the program's last read ended */
	int64_t start;	   /* offset of the first byte in the window */
	paddr_t frames;	   /* of the window, contiguous; 0: there is none */
	uint32_t bytes;	   /* that the window holds */
	uint32_t capacity; /* of the window, bytes */
	uint64_t read_at;  /* clock_monotonic() when it was filled */
	int64_t end;	   /* offset where a read was short: the end of the file */
	uint64_t
		end_call; /* hypercall_count() after that read; 0: there was none, or it was used */
	uint64_t end_at;  /* clock_monotonic() after it */
};

/* Bytes. A larger read goes to the host: there a copy gains nothing. */
#define READAHEAD_SMALL 4096

/*
 * Reads up to READAHEAD_SMALL bytes of a regular file for the program. Returns how many it
 * was, or a negative errno. -EAGAIN: not served from here, the caller reads them from the host.
 */
int64_t readahead_read(struct readahead *ahead, int host, uaddr_t buffer, uint64_t bytes,
		       int64_t offset);

/* Notes that the program has read up to `end`. */
static inline void readahead_note(struct readahead *ahead, int64_t end)
{
	ahead->next = end;
}

/* Notes a short read: the host has just returned fewer bytes than asked for, up to `end`. */
void readahead_note_end(struct readahead *ahead, int64_t end);

/* May a read at `offset` return 0 without asking the host? True once after a short read. */
bool readahead_at_end(struct readahead *ahead, int64_t offset);

/* Frees the window. */
void readahead_drop(struct readahead *ahead);

#endif
