/* SPDX-License-Identifier: MIT */
/* Messages to the user, and the end of a kernel that can't go on. */
#include "printk.h"

#include <stdarg.h>
#include <stdbool.h>

#include "../x86/direct_map.h"
#include "hypercall.h"

/* One message at a time is formatted here: the host reads it by its physical address. */
static char text[PRINTK_MAX + 1];
static unsigned length;

static void put(char c)
{
	if (length < PRINTK_MAX)
		text[length++] = c;
}

static void put_number(uint64_t value, unsigned base, unsigned width, char pad)
{
	char digits[22]; /* 64 bits in octal */
	unsigned n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (width > n) {
		put(pad);
		width--;
	}
	while (n)
		put(digits[--n]);
}

/* The letter of a control character that C has an escape for, or 0. */
static char escape_letter(uint8_t c)
{
	static const char letters[] = "tnvfr"; /* from \t, 9, on */

	return c >= '\t' && c <= '\r' ? letters[c - '\t'] : 0;
}

/*
 * As strace(1) writes a byte of a string: in octal, with leading zeros only if a
 * digit follows. `next`: the character that follows, or 0.
 */
static void put_as_c(uint8_t c, char next)
{
	put('\\');
	if (c == '"' || c == '\\')
		put(c);
	else if (escape_letter(c))
		put(escape_letter(c));
	else
		put_number(c, 8, next >= '0' && next <= '9' ? 3 : 1, '0');
}

/* So many bytes of a string, escaped as in C; -1: up to its NUL, escapes in hexadecimal. */
static void put_escaped(const char *s, int bytes)
{
	for (int i = 0; bytes < 0 ? s[i] != '\0' : i < bytes; i++) {
		uint8_t c = s[i];
		bool printable = c >= 0x20 && c < 0x7f;

		if (printable && (bytes < 0 || (c != '"' && c != '\\'))) {
			put(c);
		} else if (bytes >= 0) {
			put_as_c(c, i + 1 < bytes ? s[i + 1] : 0);
		} else {
			put('\\');
			put('x');
			put_number(c, 16, 2, '0');
		}
	}
}

/* One conversion; `format` is behind its '%'. Returns what follows it. */
static const char *put_conversion(const char *format, va_list *args)
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
		put_escaped(va_arg(*args, const char *), bytes);
	} else if (*format == 'd') {
		int64_t value = is_long ? va_arg(*args, long) : va_arg(*args, int);

		if (value < 0)
			put('-');
		put_number(value < 0 ? -(uint64_t)value : (uint64_t)value, 10, width, pad);
	} else if (*format == 'u' || *format == 'x' || *format == 'o') {
		uint64_t value = is_long ? va_arg(*args, unsigned long) : va_arg(*args, unsigned);

		put_number(value, *format == 'x' ? 16 : *format == 'o' ? 8 : 10, width, pad);
	} else {
		put(*format);
	}
	return format + 1;
}

static void format_text(const char *format, va_list *args)
{
	while (*format) {
		if (*format == '%')
			format = put_conversion(format + 1, args);
		else
			put(*format++);
	}
	text[length] = '\0';
}

void printk_part(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_text(format, &args);
	va_end(args);
}

void printk(const char *format, ...)
{
	uint64_t done = 0;
	int64_t n = 1;
	va_list args;

	va_start(args, format);
	format_text(format, &args);
	va_end(args);
	for (; done < length && n > 0; done += n)
		n = hypercall_write(HOST_STDERR, virt_to_phys(text) + done, length - done);
	length = 0; /* even if it couldn't be written */
}

void panic(const char *format, ...)
{
	va_list args;

	length = 0;
	va_start(args, format);
	format_text(format, &args);
	va_end(args);
	hypercall_panic(text);
}
