/* SPDX-License-Identifier: MIT */
/* Pieces of the program's memory that are one buffer: readv(2), sendmsg(2). */
#ifndef PIECES_H
#define PIECES_H

#include <linux/uio.h>
#include <stdbool.h>

#include "../types.h"

struct pieces {
	const struct iovec *next; /* each is a user_buffer() (uaccess.h) */
	uint64_t offset;	  /* in that one */
	uint64_t left;		  /* bytes in all that follow */
};

/* What follows in one piece; there is something left. */
struct iovec pieces_first(struct pieces *pieces);

/* The next `bytes`, which are left, are done. */
void pieces_skip(struct pieces *pieces, uint64_t bytes);

/*
 * Copies the next `bytes`, which are left, to or from the program; they are done then. Returns 0,
 * -EFAULT or -ENOMEM, with an unknown part copied and the pieces where they were.
 */
int pieces_to_user(struct pieces *pieces, const void *from, uint64_t bytes);
int pieces_from_user(struct pieces *pieces, void *to, uint64_t bytes);

#endif
