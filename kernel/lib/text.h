/* SPDX-License-Identifier: MIT */
/* Formatted text, of which a window may be all that is wanted. */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *to;      /* where the wanted bytes go */
	uint64_t from; /* which is the first of them */
	uint64_t room; /* how many they are at most */
	uint64_t at;   /* how many bytes there were so far, wanted or not */
	bool escape;   /* what %s puts is shown by printable characters alone */
	/* See text_mark(). */
	uint64_t mark;
	uint64_t mark_at;
};

static inline void text_put(struct text *text, char c)
{
	uint64_t i = text->at++ - text->from;

	if (i < text->room)
		text->to[i] = c;
}

/* Is there all that is wanted? */
static inline bool text_is_full(const struct text *text)
{
	return text->at >= text->from + text->room;
}

/* How many of the wanted bytes there are. */
static inline uint64_t text_length(const struct text *text)
{
	uint64_t bytes = text->at < text->from ? 0 : text->at - text->from;

	return bytes < text->room ? bytes : text->room;
}

/*
 * Here begins what `mark` stands for. The last mark at or before the window stays: who wants a
 * window further on may begin there, with `at` = mark_at.
 */
static inline void text_mark(struct text *text, uint64_t mark)
{
	if (text->at <= text->from) {
		text->mark = mark;
		text->mark_at = text->at;
	}
}

void text_string(struct text *text, const char *string);

/* Puts spaces, up to this column of the line that began at `start`. */
void text_pad(struct text *text, uint64_t start, unsigned column);

/*
 * Knows %d %u %x %o %c with l, 0 and a width, %s and %%. %*s puts so many bytes, NULs included, as
 * strace(1) writes a string.
 */
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_format_args(struct text *text, const char *format, va_list *args);

#endif
