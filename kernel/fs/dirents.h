/* SPDX-License-Identifier: MIT */
/* Records of a directory, as getdents64(2) gives them, in the program's buffer. */
#ifndef DIRENTS_H
#define DIRENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "../types.h"

/* d_type: readdir(3). */
#define DT_UNKNOWN 0
#define DT_FIFO	   1
#define DT_CHR	   2
#define DT_DIR	   4
#define DT_BLK	   6
#define DT_REG	   8
#define DT_LNK	   10
#define DT_SOCK	   12

/* Begins with {.buffer = ..., .room = ...}. */
struct dirents {
	uaddr_t buffer; /* where the next record goes */
	uint64_t room;	/* bytes that are left there */
	int64_t done;	/* bytes of records so far */
	int error;	/* why there are no more; 0: all fitted */
};

/*
 * Adds a record, with a name of 1 to NAME_MAX bytes. `next` is d_off: what lseek(2) takes to go on
 * behind it. False: no room, or no access to the buffer; then the list ends.
 */
bool dirents_add(struct dirents *list, const char *name, uint64_t ino, unsigned type, int64_t next);

/* The result of getdents64(2): bytes, 0 at the directory's end, -EINVAL or -EFAULT. */
int64_t dirents_result(const struct dirents *list);

#endif
