/* SPDX-License-Identifier: MIT */
/* The arguments of system calls, as strace(1) shows them. */
#include "trace_args.h"

#include <asm/ioctls.h>
#include <asm/prctl.h>
#include <asm/signal.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/limits.h>
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <stddef.h>

#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "trace_line.h"
#include "trace_names.h"

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

#define ERRNO_MAX 4095 /* a result that is no errno is at most -4096 */
#define SIGNALS	  64

/* NULL where a number isn't used. */
static const struct {
	const char *name, *letters;
} calls[] = {
#define CALL(number, name, handler, parameters, letters) [number] = {#name, letters},
#define NONE(number, name, letters, reason)		 [number] = {#name, letters},
#define UNUSED(first, last)
#define REASON(reason, text)
#include "syscalls.def"
};

/* Calls whose arguments depend on one of them. */
static const struct variant {
	uint16_t number;
	uint8_t argument;
	uint32_t value;
	const char *letters;
} variants[] = {
	{__NR_fcntl, 1, F_DUPFD, "dFd"},
	{__NR_fcntl, 1, F_DUPFD_CLOEXEC, "dFd"},
	{__NR_fcntl, 1, F_GETFD, "dF"},
	{__NR_fcntl, 1, F_SETFD, "dFc"},
	{__NR_fcntl, 1, F_GETFL, "dF"},
	{__NR_fcntl, 1, F_SETFL, "dFO"},
	{__NR_fcntl, 1, F_GETLK, "dF}l"},
	{__NR_fcntl, 1, F_SETLK, "dF{l"},
	{__NR_fcntl, 1, F_SETLKW, "dF{l"},
	{__NR_fcntl, 1, F_GETOWN, "dF"},
	{__NR_fcntl, 1, F_SETOWN, "dFd"},
	{__NR_fcntl, 1, F_GETPIPE_SZ, "dF"},
	{__NR_fcntl, 1, F_SETPIPE_SZ, "dFu"},
	{__NR_fcntl, 1, F_GET_SEALS, "dF"},
	{__NR_ioctl, 1, TCGETS, "dI}b"},
	{__NR_ioctl, 1, TCSETS, "dI{b"},
	{__NR_ioctl, 1, TCSETSW, "dI{b"},
	{__NR_ioctl, 1, TCSETSF, "dI{b"},
	{__NR_ioctl, 1, TIOCGWINSZ, "dI}W"},
	{__NR_ioctl, 1, TIOCSWINSZ, "dI{W"},
	{__NR_ioctl, 1, TIOCGPGRP, "dI}d"},
	{__NR_ioctl, 1, TIOCSPGRP, "dI{d"},
	{__NR_ioctl, 1, TIOCGSID, "dI}d"},
	{__NR_ioctl, 1, FIONREAD, "dI}d"},
	{__NR_ioctl, 1, FIONBIO, "dI{d"},
	{__NR_ioctl, 1, FIOASYNC, "dI{d"},
	{__NR_ioctl, 1, FIOCLEX, "dI"},
	{__NR_ioctl, 1, FIONCLEX, "dI"},
	{__NR_arch_prctl, 0, ARCH_GET_FS, "C}q"},
	{__NR_arch_prctl, 0, ARCH_GET_GS, "C}q"},
	{__NR_futex, 1, FUTEX_WAIT, "p1u{t"},
	{__NR_futex, 1, FUTEX_WAKE, "p1d"},
	{__NR_futex, 1, FUTEX_LOCK_PI, "p1{t"},
	{__NR_futex, 1, FUTEX_UNLOCK_PI, "p1"},
	{__NR_futex, 1, FUTEX_TRYLOCK_PI, "p1"},
	{__NR_prctl, 0, PR_SET_NAME, "2\""},
	{__NR_prctl, 0, PR_GET_NAME, "2}n"},
	{__NR_prctl, 0, PR_GET_DUMPABLE, "2"},
	{__NR_prctl, 0, PR_SET_DUMPABLE, "28"},
	{__NR_prctl, 0, PR_GET_PDEATHSIG, "2}z"},
	{__NR_prctl, 0, PR_SET_PDEATHSIG, "2S"},
	{__NR_prctl, 0, PR_GET_KEEPCAPS, "2"},
	{__NR_prctl, 0, PR_GET_TIMERSLACK, "2"},
	{__NR_prctl, 0, PR_SET_TIMERSLACK, "2n"},
	{__NR_prctl, 0, PR_SET_NO_NEW_PRIVS, "2nnnn"},
	{__NR_prctl, 0, PR_GET_NO_NEW_PRIVS, "2nnnn"},
	{__NR_prctl, 0, PR_SET_CHILD_SUBREAPER, "2n"},
	{__NR_prctl, 0, PR_GET_CHILD_SUBREAPER, "2}d"},
};

bool trace_is_error(int64_t result)
{
	return result < 0 && result >= -ERRNO_MAX;
}

const char *trace_call_name(uint32_t number)
{
	return number < COUNT(calls) ? calls[number].name : NULL;
}

const char *trace_letters(const struct trace_call *call)
{
	for (const struct variant *v = variants; v < variants + COUNT(variants); v++) {
		uint32_t value = call->args[v->argument];

		if (v->number == __NR_futex)
			value &= FUTEX_CMD_MASK;
		if (v->number == call->number && v->value == value)
			return v->letters;
	}
	return trace_call_name(call->number) ? calls[call->number].letters : "xxxxxx";
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

static void show_argument(const struct trace_call *call, const char *letter, unsigned i)
{
	uint64_t value = call->args[i];
	uint64_t next = i + 1 < COUNT(call->args) ? call->args[i + 1] : 0;

	if (*letter == '{' || *letter == '}')
		trace_struct(call, *letter == '}', letter[1], i);
	else if ((*letter == 'r' || *letter == '#') && trace_is_error(call->result))
		trace_address(value);
	else if (*letter == 'r' || *letter == '#')
		trace_bytes(value, call->result, *letter == '#');
	else if (*letter == 'w')
		trace_bytes(value, next, false);
	else
		trace_value(*letter, value);
}

/* Is the argument shown when the call has returned, and all after it? */
static bool is_output(char letter)
{
	return letter == '}' || letter == 'r' || letter == '#';
}

void trace_arguments(const struct trace_call *call)
{
	const char *letter = trace_letters(call);
	bool after = false; /* an argument that is an output, or after one */

	letter += *letter == 'P';
	for (unsigned i = 0; *letter && i < COUNT(call->args); i++) {
		bool is_first = !after && is_output(*letter);

		/* A mode says nothing where no file is made. */
		if (*letter == 'm' && !(call->args[i - 1] & O_CREAT))
			break;
		if (*letter == '7' && !(call->args[i - 1] & (MREMAP_FIXED | MREMAP_DONTUNMAP)))
			break;
		after |= is_first;
		/* The comma before the first output is shown with what comes before it. */
		if (i && (call->done ? after && !is_first : !after || is_first))
			trace_put(", ");
		if (after && !call->done)
			break;
		if (after == call->done)
			show_argument(call, letter, i);
		letter += *letter == '{' || *letter == '}' ? 2 : 1;
	}
}
