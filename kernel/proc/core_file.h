/* SPDX-License-Identifier: MIT */
/* The file of a core, which is written from its start to its end. */
#ifndef CORE_FILE_H
#define CORE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "../types.h"

struct core_file {
	bool counts;	   /* nothing is written, but `at` moves on */
	int fd;		   /* the host's */
	uint64_t at;	   /* bytes so far */
	uint64_t limit;	   /* of bytes that may be written: RLIMIT_CORE */
	uint64_t written;  /* of these */
	uint64_t buffered; /* bytes that are still to be written */
	bool seeks;	   /* what comes next lies behind a hole */
	bool failed;
};

/* Adds bytes, zeros up to a multiple of so many, or page frames. */
void core_put(struct core_file *file, const void *bytes, uint64_t count);
void core_align(struct core_file *file, uint64_t multiple);
void core_put_frames(struct core_file *file, paddr_t frames, uint64_t bytes);

/* Adds zeros that take no room. */
void core_skip(struct core_file *file, uint64_t bytes);

/* Writes what is still to be written. False: something couldn't be, or RLIMIT_CORE is less. */
bool core_finish(struct core_file *file);

#endif
