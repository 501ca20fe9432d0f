/* SPDX-License-Identifier: MIT */
/* Values, by the letters of trace_args.h, as strace(1) shows them. */
#include "trace_value.h"

#include <asm/signal.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/limits.h>
#include <linux/resource.h>
#include <stddef.h>

#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "trace_line.h"
#include "trace_names.h"

#define ERRNO_MAX 4095 /* a result that is no errno is at most -4096 */
#define SIGNALS	  64

bool trace_is_error(int64_t result)
{
	return result < 0 && result >= -ERRNO_MAX;
}

void trace_address(uaddr_t address)
{
	trace_put(address ? "0x%lx" : "NULL", address);
}

static void show_mask(const struct trace_names *names, uint32_t value)
{
	const struct trace_name *name = names->names;
	const char *separator = "";

	for (unsigned i = 0; i < names->count; i++, name++) {
		if (!name->value || (value & name->value) != name->value)
			continue;
		trace_put("%s%s", separator, name->name);
		separator = "|";
		value &= ~name->value;
	}
	if (value)
		trace_put(*separator ? "|0x%x" : "0x%x /* %s */", value, names->unknown);
	else if (!*separator)
		trace_put("%s", names->names[0].value ? "0" : names->names[0].name);
}

static void show_names(const struct trace_names *names, uint32_t value)
{
	const char *name = trace_name(names->letter, value);

	if (names->letter == 'O' && value && !(value & O_ACCMODE))
		trace_put("O_RDONLY|");
	if (names->is_mask)
		show_mask(names, value);
	else if (name)
		trace_put("%s", name);
	else
		trace_put(value ? "0x%x /* %s */" : "%u /* %s */", value, names->unknown);
}

static void show_signal(uint32_t sig)
{
	if (trace_signal(sig))
		trace_put("%s", trace_signal(sig));
	else if (sig >= SIGRTMIN && sig <= SIGNALS)
		trace_put(sig == SIGRTMIN ? "SIGRTMIN" : "SIGRT_%u", sig - SIGRTMIN);
	else
		trace_put("%d", sig);
}

static void show_futex(uint32_t operation)
{
	trace_put("%s%s", trace_name('1', operation & FUTEX_CMD_MASK) ?: "FUTEX_???",
		  operation & FUTEX_PRIVATE_FLAG ? "_PRIVATE" : "");
	if (operation & FUTEX_CLOCK_REALTIME)
		trace_put("|FUTEX_CLOCK_REALTIME");
}

/* Kibibytes are shown as such, as strace does where they are many. */
static void show_limit(uint64_t limit)
{
	if (limit == RLIM64_INFINITY)
		trace_put("RLIM64_INFINITY");
	else if (limit > 1024 && limit % 1024 == 0)
		trace_put("%lu*1024", limit / 1024);
	else
		trace_put("%lu", limit);
}

static void show_handler(uint64_t handler)
{
	if (handler == (uint64_t)SIG_DFL)
		trace_put("SIG_DFL");
	else if (handler == (uint64_t)SIG_IGN)
		trace_put("SIG_IGN");
	else
		trace_put("0x%lx", handler);
}

/* Of a set that has most signals, strace shows those that are missing. */
static void show_set(uint64_t set)
{
	unsigned members = 0;
	const char *separator = "";
	bool inverse;

	for (uint64_t rest = set; rest; rest &= rest - 1)
		members++;
	inverse = members >= 2 * SIGNALS / 3;
	trace_put(inverse ? "~[" : "[");
	for (unsigned sig = 1; sig <= SIGNALS; sig++) {
		if ((set >> (sig - 1) & 1) == inverse)
			continue;
		if (trace_signal(sig))
			trace_put("%s%s", separator, trace_signal(sig) + sizeof("SIG") - 1);
		else
			trace_put(sig == SIGRTMIN ? "%sRTMIN" : "%sRT_%u", separator,
				  sig - SIGRTMIN);
		separator = " ";
	}
	trace_put("]");
}

/* The bytes of one hexadecimal string, as strace shows random ones. */
static void show_hex(const char *text, uint64_t count)
{
	trace_put("\"");
	for (uint64_t i = 0; i < count; i++)
		trace_put("\\x%02x", (uint8_t)text[i]);
	trace_put("\"");
}

void trace_bytes(uaddr_t user, uint64_t bytes, bool hex)
{
	char text[TRACE_STRING_MAX];
	uint64_t count = min(bytes, TRACE_STRING_MAX);

	if (!user || copy_from_user(text, user, count) < 0) {
		trace_address(user);
		return;
	}
	if (hex)
		show_hex(text, count);
	else
		trace_put("\"%*s\"", (int)count, text);
	trace_put(bytes > count ? "..." : "");
}

void trace_string(uaddr_t user, uint64_t most)
{
	static char text[PATH_MAX];
	int64_t length;

	if (!user) {
		trace_put("NULL");
		return;
	}
	length = string_from_user(text, user, min(most + 1, sizeof(text)));
	if (length >= 0)
		trace_put("\"%*s\"", (int)length, text);
	else if (copy_from_user(text, user, min(most, sizeof(text))) == 0)
		trace_put("\"%*s\"...", (int)min(most, sizeof(text)), text);
	else
		trace_put("0x%lx", user);
}

void trace_value(char letter, uint64_t value)
{
	static const char *const formats[128] = {
		['d'] = "%d",  ['l'] = "%ld", ['u'] = "%u",
		['n'] = "%lu", ['o'] = "0%o", ['m'] = "0%o",
	};

	if (letter == 'A' && (int)value == AT_FDCWD)
		trace_put("AT_FDCWD");
	else if (letter == 'A')
		trace_put("%d", (int)value);
	else if (formats[(uint8_t)letter])
		trace_put(formats[(uint8_t)letter], value);
	else if (letter == 'x')
		trace_put(value ? "0x%lx" : "%lu", value);
	else if (letter == 's')
		trace_string(value, PATH_MAX - 1);
	else if (letter == '"')
		trace_string(value, TRACE_STRING_MAX);
	else if (letter == 'S')
		show_signal(value);
	else if (letter == '1')
		show_futex(value);
	else if (letter == '$')
		show_limit(value);
	else if (letter == '(')
		show_handler(value);
	else if (letter == '%')
		show_set(value);
	else if (trace_names(letter))
		show_names(trace_names(letter), value);
	else
		trace_address(value);
}
