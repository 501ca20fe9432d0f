/* SPDX-License-Identifier: MIT */
/* Messages to the user, and the end of a kernel that can't go on. */
#include "printk.h"

#include <stdarg.h>

#include "../lib/text.h"
#include "../x86/direct_map.h"
#include "hypercall.h"

/* One message at a time is formatted here: the host reads it by its physical address. */
static char bytes[PRINTK_MAX + 1];
static struct text message = {.to = bytes, .room = PRINTK_MAX, .escape = true};

void printk_part(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_format_args(&message, format, &args);
	va_end(args);
}

void printk(const char *format, ...)
{
	uint64_t done = 0, length;
	int64_t n = 1;
	va_list args;

	va_start(args, format);
	text_format_args(&message, format, &args);
	va_end(args);
	length = text_length(&message);
	for (; done < length && n > 0; done += n)
		n = hypercall_write(HOST_STDERR, virt_to_phys(bytes) + done, length - done);
	message.at = 0; /* even if it couldn't be written */
}

void panic(const char *format, ...)
{
	va_list args;

	message.at = 0;
	va_start(args, format);
	text_format_args(&message, format, &args);
	va_end(args);
	bytes[text_length(&message)] = '\0';
	hypercall_panic(bytes);
}
