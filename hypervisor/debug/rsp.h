/* SPDX-License-Identifier: MIT */
/*
 * The packets of gdb's remote serial protocol: "Overview" of the appendix
 * "GDB Remote Serial Protocol" in gdb's manual. Pure: no I/O is done here.
 */
#ifndef RSP_H
#define RSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RSP_DATA_MAX 16384 /* bytes of a packet's data, escapes undone */
#define RSP_FRAME_MAX                                                                              \
	(2 * RSP_DATA_MAX + 4) /* of one on its way: all escaped, "$", "#", checksum */

/* What has been received of a packet. Zeros to begin with. */
struct rsp {
	enum { RSP_IDLE, RSP_DATA, RSP_ESCAPED, RSP_SUM_HIGH, RSP_SUM_LOW } state;
	uint8_t sum;	/* of the bytes so far */
	uint8_t digits; /* of the checksum that came */
	bool too_long;
	bool bad_digit;
	size_t length;
	char data[RSP_DATA_MAX + 1]; /* behind a whole packet's data is a NUL */
};

enum rsp_event {
	RSP_NOTHING,
	RSP_PACKET,    /* one is whole, in data[length], until the next byte is taken */
	RSP_BAD,       /* one came with a wrong checksum, or is too long */
	RSP_INTERRUPT, /* Ctrl-C */
	RSP_ACK,
	RSP_NAK, /* what was sent last is to be sent again */
};

/* Takes the next byte that gdb has sent. */
enum rsp_event rsp_take(struct rsp *rsp, uint8_t byte);

/*
 * Puts `length` bytes, at most RSP_DATA_MAX, into a packet. `out` has RSP_FRAME_MAX.
 * Returns the packet's bytes.
 */
size_t rsp_frame(char *out, const void *data, size_t length);

/* Writes 2 * length digits, without a NUL. Returns their end. */
char *rsp_to_hex(char *out, const void *bytes, size_t length);

/* Reads 2 * length digits. false: one of them is none. */
bool rsp_from_hex(void *out, const char *digits, size_t length);

/*
 * Reads a number in hex at *text, and sets *text behind it. false: there is none, or it
 * has more than 64 bits.
 */
bool rsp_number(const char **text, uint64_t *number);

/* Is this character at *text? Then *text is set behind it. */
bool rsp_skip(const char **text, char character);

/* Does *text begin so? Then it is set behind that. */
bool rsp_begins(const char **text, const char *start);

/* Reads "ADDRESS,LENGTH", likewise. */
bool rsp_range(const char **text, uint64_t *address, uint64_t *length);

#endif
