/* SPDX-License-Identifier: MIT */
/* The packets of gdb's remote serial protocol. */
#include "rsp.h"

#include <string.h>

#define ESCAPE	    '}'
#define ESCAPE_FLIP 0x20
#define INTERRUPT   0x03

/* The value of a hex digit, or -1. */
static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit |= 'a' - 'A';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static enum rsp_event start(struct rsp *rsp, uint8_t byte)
{
	switch (byte) {
	case '$':
		rsp->state = RSP_DATA;
		rsp->sum = rsp->digits = 0;
		rsp->too_long = rsp->bad_digit = false;
		rsp->length = 0;
		return RSP_NOTHING;
	case '+':
		return RSP_ACK;
	case '-':
		return RSP_NAK;
	case INTERRUPT:
		return RSP_INTERRUPT;
	default:
		return RSP_NOTHING; /* noise */
	}
}

static void add(struct rsp *rsp, uint8_t byte)
{
	if (rsp->length < RSP_DATA_MAX)
		rsp->data[rsp->length++] = byte;
	else
		rsp->too_long = true;
}

static void take_data(struct rsp *rsp, uint8_t byte)
{
	if (byte == '#') {
		rsp->state = RSP_SUM_HIGH;
		return;
	}
	rsp->sum += byte;
	if (rsp->state == RSP_ESCAPED) {
		add(rsp, byte ^ ESCAPE_FLIP);
		rsp->state = RSP_DATA;
	} else if (byte == ESCAPE) {
		rsp->state = RSP_ESCAPED;
	} else {
		add(rsp, byte);
	}
}

enum rsp_event rsp_take(struct rsp *rsp, uint8_t byte)
{
	int value = digit_value(byte);

	switch (rsp->state) {
	case RSP_IDLE:
		return start(rsp, byte);
	case RSP_DATA:
	case RSP_ESCAPED:
		/* "$" stands in no packet: the one before it was cut. */
		if (byte == '$')
			return start(rsp, byte);
		take_data(rsp, byte);
		return RSP_NOTHING;
	case RSP_SUM_HIGH:
	case RSP_SUM_LOW:
		break;
	}
	rsp->bad_digit |= value < 0;
	rsp->digits = rsp->digits << 4 | (value & 0xf);
	if (rsp->state == RSP_SUM_HIGH) {
		rsp->state = RSP_SUM_LOW;
		return RSP_NOTHING;
	}
	rsp->state = RSP_IDLE;
	rsp->data[rsp->length] = '\0';
	return rsp->too_long || rsp->bad_digit || rsp->digits != rsp->sum ? RSP_BAD : RSP_PACKET;
}

size_t rsp_frame(char *out, const void *data, size_t length)
{
	const char *byte = data;
	char *end = out;
	uint8_t sum = 0;

	*end++ = '$';
	for (size_t i = 0; i < length; i++) {
		bool special =
			byte[i] == '$' || byte[i] == '#' || byte[i] == ESCAPE || byte[i] == '*';

		if (special) {
			*end++ = ESCAPE;
			sum += ESCAPE;
		}
		*end = special ? byte[i] ^ ESCAPE_FLIP : byte[i];
		sum += *end++;
	}
	*end++ = '#';
	return rsp_to_hex(end, &sum, 1) - out;
}

char *rsp_to_hex(char *out, const void *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < length; i++) {
		*out++ = digits[byte[i] >> 4];
		*out++ = digits[byte[i] & 0xf];
	}
	return out;
}

bool rsp_from_hex(void *out, const char *digits, size_t length)
{
	uint8_t *byte = out;

	for (size_t i = 0; i < length; i++) {
		int high = digit_value(digits[2 * i]);
		int low = high < 0 ? -1 : digit_value(digits[2 * i + 1]);

		if (low < 0)
			return false;
		byte[i] = high << 4 | low;
	}
	return true;
}

bool rsp_number(const char **text, uint64_t *number)
{
	const char *start = *text;
	uint64_t value = 0;
	int digit;

	for (; (digit = digit_value(**text)) >= 0; ++*text) {
		if (value >> 60)
			return false;
		value = value << 4 | digit;
	}
	*number = value;
	return *text != start;
}

bool rsp_skip(const char **text, char character)
{
	if (**text != character)
		return false;
	++*text;
	return true;
}

bool rsp_begins(const char **text, const char *start)
{
	if (strncmp(*text, start, strlen(start)) != 0)
		return false;
	*text += strlen(start);
	return true;
}

bool rsp_range(const char **text, uint64_t *address, uint64_t *length)
{
	return rsp_number(text, address) && rsp_skip(text, ',') && rsp_number(text, length);
}
