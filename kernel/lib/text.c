/* SPDX-License-Identifier: MIT */
/* Formatted text. */
#include "text.h"

void text_string(struct text *text, const char *string)
{
	while (*string)
		text_put(text, *string++);
}

static void put_number(struct text *text, uint64_t value, unsigned base, unsigned width, char pad)
{
	char digits[22]; /* 64 bits in octal */
	unsigned n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (width > n) {
		text_put(text, pad);
		width--;
	}
	while (n)
		text_put(text, digits[--n]);
}

/* The letter of a control character that C has an escape for, or 0. */
static char escape_letter(uint8_t c)
{
	static const char letters[] = "tnvfr"; /* from \t, 9, on */

	return c >= '\t' && c <= '\r' ? letters[c - '\t'] : 0;
}

/*
 * As strace(1) writes a byte of a string: in octal, with leading zeros only if a
 * octal digit follows. `next`: the character that follows, or 0.
 */
static void put_as_c(struct text *text, uint8_t c, char next)
{
	text_put(text, '\\');
	if (c == '"' || c == '\\')
		text_put(text, c);
	else if (escape_letter(c))
		text_put(text, escape_letter(c));
	else
		put_number(text, c, 8, next >= '0' && next <= '7' ? 3 : 1, '0');
}

/* So many bytes of a string, escaped as in C; -1: up to its NUL, escapes in hexadecimal. */
static void put_escaped(struct text *text, const char *s, int bytes)
{
	for (int i = 0; bytes < 0 ? s[i] != '\0' : i < bytes; i++) {
		uint8_t c = s[i];
		bool printable = c >= 0x20 && c < 0x7f;

		if (printable && (bytes < 0 || (c != '"' && c != '\\'))) {
			text_put(text, c);
		} else if (bytes >= 0) {
			put_as_c(text, c, i + 1 < bytes ? s[i + 1] : 0);
		} else {
			text_put(text, '\\');
			text_put(text, 'x');
			put_number(text, c, 16, 2, '0');
		}
	}
}

static void put_string(struct text *text, const char *string, int bytes)
{
	if (text->escape || bytes >= 0)
		put_escaped(text, string, bytes);
	else
		text_string(text, string);
}

/* One conversion; `format` is behind its '%'. Returns what follows it. */
static const char *put_conversion(struct text *text, const char *format, va_list *args)
{
	char pad = *format == '0' ? '0' : ' ';
	unsigned width = 0;
	bool is_long = false;
	int bytes = -1;

	if (*format == '*') {
		bytes = va_arg(*args, int);
		format++;
	}
	for (; *format >= '0' && *format <= '9'; format++)
		width = width * 10 + *format - '0';
	for (; *format == 'l'; format++)
		is_long = true;
	if (*format == 's') {
		put_string(text, va_arg(*args, const char *), bytes);
	} else if (*format == 'd') {
		int64_t value = is_long ? va_arg(*args, long) : va_arg(*args, int);

		if (value < 0)
			text_put(text, '-');
		put_number(text, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, width, pad);
	} else if (*format == 'u' || *format == 'x' || *format == 'o') {
		uint64_t value = is_long ? va_arg(*args, unsigned long) : va_arg(*args, unsigned);

		put_number(text, value, *format == 'x' ? 16 : *format == 'o' ? 8 : 10, width, pad);
	} else {
		text_put(text, *format == 'c' ? va_arg(*args, int) : *format);
	}
	return format + 1;
}

void text_pad(struct text *text, uint64_t start, unsigned column)
{
	while (text->at < start + column)
		text_put(text, ' ');
}

void text_format_args(struct text *text, const char *format, va_list *args)
{
	while (*format) {
		if (*format == '%')
			format = put_conversion(text, format + 1, args);
		else
			text_put(text, *format++);
	}
}

void text_format(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_format_args(text, format, &args);
	va_end(args);
}
