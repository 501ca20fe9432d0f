/* SPDX-License-Identifier: MIT */
/* Pieces of the program's memory that are one buffer. */
#include "pieces.h"

#include "../lib/math.h"
#include "../mm/uaccess.h"

/* How many of the next `bytes` lie in one piece. Steps over pieces that are done. */
static uint64_t in_one_piece(struct pieces *pieces, uint64_t bytes)
{
	while (pieces->offset == pieces->next->iov_len) {
		pieces->next++;
		pieces->offset = 0;
	}
	return min(bytes, pieces->next->iov_len - pieces->offset);
}

static void advance(struct pieces *pieces, uint64_t bytes)
{
	pieces->offset += bytes;
	pieces->left -= bytes;
}

void pieces_skip(struct pieces *pieces, uint64_t bytes)
{
	while (bytes) {
		uint64_t n = in_one_piece(pieces, bytes);

		advance(pieces, n);
		bytes -= n;
	}
}

static uaddr_t address(const struct pieces *pieces)
{
	return (uaddr_t)pieces->next->iov_base + pieces->offset;
}

struct iovec pieces_first(struct pieces *pieces)
{
	uint64_t bytes = in_one_piece(pieces, pieces->left);

	return (struct iovec){(void *)address(pieces), bytes};
}

int pieces_to_user(struct pieces *pieces, const void *from, uint64_t bytes)
{
	const struct pieces before = *pieces;

	for (uint64_t done = 0, n; done < bytes; done += n) {
		int error;

		n = in_one_piece(pieces, bytes - done);
		error = copy_to_user(address(pieces), (const char *)from + done, n);
		if (error) {
			*pieces = before;
			return error;
		}
		advance(pieces, n);
	}
	return 0;
}

int pieces_from_user(struct pieces *pieces, void *to, uint64_t bytes)
{
	const struct pieces before = *pieces;

	for (uint64_t done = 0, n; done < bytes; done += n) {
		int error;

		n = in_one_piece(pieces, bytes - done);
		error = copy_from_user((char *)to + done, address(pieces), n);
		if (error) {
			*pieces = before;
			return error;
		}
		advance(pieces, n);
	}
	return 0;
}
