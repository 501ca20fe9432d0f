/* SPDX-License-Identifier: MIT */
/*
 * --trace=syscalls. How an argument is shown, a letter of syscalls.def for each:
 *
 *   d l  number of 32 or 64 bits, with a sign    u n  the same, without
 *   x o  hexadecimal, octal                      p    address
 *   s    string                                  w    buffer of as many bytes as the next argument
 *   r    buffer of as many bytes as the result   A    directory's fd
 *   O R M W F S a C L I T D  flags and names: open, mmap's two, lseek, fcntl, signals, access,
 *                            arch_prctl, limits, ioctl, clocks, madvise
 *   m    mode of a file that the argument before, of open, may make
 *
 * A leading P: the result is an address.
 */
#include <asm/errno.h>
#include <asm/signal.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/sched.h>

#include "../host/printk.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../sched/thread.h"
#include "../sched/trampoline.h"
#include "syscall.h"
#include "trace_names.h"

#define ERRNO_MAX 4095 /* results from -4095 to -1 are errnos, as on Linux */
#define SHOWN_MAX 32   /* bytes of a string or a buffer, as strace has it */

/* The calls by number. A number that isn't used has a NULL. */
static const struct {
	const char *name, *arguments;
} calls[] = {
#define CALL(number, name, handler, parameters, arguments) [number] = {#name, arguments},
#define NONE(number, name, arguments, reason)		   [number] = {#name, arguments},
#define UNUSED(first, last)
#define REASON(reason, text)
#include "syscalls.def"
};

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

static void show_mask(const struct trace_name *name, uint32_t value)
{
	const char *separator = "";

	for (; name->value; name++) {
		if (!(value & name->value))
			continue;
		printk_part("%s%s", separator, name->name);
		separator = "|";
		value &= ~name->value;
	}
	if (value)
		printk_part("%s0x%x", separator, value);
	else if (!*separator)
		printk_part("%s", name->name);
}

/* The value 0 may have a name at the start of a list, so a missing name ends it. */
static void show_name(const struct trace_name *name, uint32_t value)
{
	while (name->name && name->value != value)
		name++;
	if (name->name)
		printk_part("%s", name->name);
	else
		printk_part("0x%x", value);
}

static void show_names(const struct trace_names *names, uint32_t value)
{
	if (names->letter == 'O' && value && !(value & O_ACCMODE))
		printk_part("O_RDONLY|");
	if (names->is_mask)
		show_mask(names->names, value);
	else
		show_name(names->names, value);
}

static void show_signal(uint32_t sig)
{
	if (trace_signal(sig))
		printk_part("%s", trace_signal(sig));
	else
		printk_part("SIGRT_%u", sig - SIGRTMIN);
}

/* Shows up to `bytes` of memory at an address, of a string up to its NUL. */
static void show_memory(uint64_t user, uint64_t bytes, bool is_string)
{
	char text[SHOWN_MAX + 1];
	uint64_t count = 0;

	while (count < min(bytes, SHOWN_MAX) &&
	       copy_from_user(&text[count], user + count, 1) == 0 && (text[count] || !is_string))
		count++;
	if (bytes && !count && copy_from_user(text, user, 1) < 0)
		printk_part(user ? "0x%lx" : "NULL", user);
	else
		printk_part("\"%*s\"%s", (int)count, text,
			    count == SHOWN_MAX && bytes > SHOWN_MAX ? "..." : "");
}

static const char *const formats[128] = {
	['A'] = "%d",  ['d'] = "%d",  ['l'] = "%ld", ['u'] = "%u",
	['n'] = "%lu", ['o'] = "0%o", ['m'] = "0%o",
};

static void show_argument(char letter, uint64_t value, uint64_t bytes)
{
	if (letter == 'A' && (int)value == AT_FDCWD)
		printk_part("AT_FDCWD");
	else if (formats[(uint8_t)letter])
		printk_part(formats[(uint8_t)letter], value);
	else if (letter == 's')
		show_memory(value, UINT64_MAX, true);
	else if (letter == 'r' || letter == 'w')
		show_memory(value, bytes, false);
	else if (trace_names(letter))
		show_names(trace_names(letter), value);
	else if (letter == 'S')
		show_signal(value);
	else
		printk_part(value || letter == 'x' ? "0x%lx" : "NULL", value);
}

/*
 * Shows the arguments from number `i` on. Can stop before a buffer that the call fills: what it
 * holds is known afterwards.
 */
static unsigned show_arguments(const struct trap_frame *frame, const char *letters, unsigned i,
			       bool stop, int64_t result)
{
	const uint64_t values[] = {frame->rdi, frame->rsi, frame->rdx,
				   frame->r10, frame->r8,  frame->r9};

	for (; letters[i] && !(stop && letters[i] == 'r'); i++) {
		/* A mode says nothing where no file is made. */
		if (letters[i] == 'm' && !(values[i - 1] & O_CREAT))
			break;
		uint64_t bytes = letters[i] == 'r'	 ? (result < 0 ? 0 : result)
				 : i + 1 < COUNT(values) ? values[i + 1]
							 : 0;

		printk_part(i ? ", " : "");
		show_argument(letters[i], values[i], bytes);
	}
	return i;
}

static void show_result(int64_t result, bool is_address)
{
	uint64_t error = -(uint64_t)result;

	if (current->state != THREAD_READY && thread_count() > 1)
		printk(") = ? (waits)\n");
	else if (error <= ERRNO_MAX && trace_error(error))
		printk(") = -1 %s\n", trace_error(error));
	else
		printk(is_address ? ") = 0x%lx\n" : ") = %ld\n", result);
}

/* Is it a call that doesn't return here? */
static bool has_no_result(const struct trap_frame *frame)
{
	return frame->rax == __NR_exit || frame->rax == __NR_exit_group ||
	       frame->rax == __NR_rt_sigreturn ||
	       (frame->rax == __NR_clone && frame->rdi & CLONE_THREAD);
}

void trace_dispatch(struct trap_frame *frame)
{
	uint32_t number = frame->rax;
	const char *letters = "xxxxxx";
	bool is_address, no_result;
	unsigned i;

	if (number == __NR_rt_sigreturn && trampoline_makes_call(frame)) {
		frame->rax = syscall_invoke(frame); /* not a call of the program's */
		return;
	}
	if (number < COUNT(calls) && calls[number].name) {
		letters = calls[number].arguments;
		printk_part("%s(", calls[number].name);
	} else {
		printk_part("syscall_0x%lx(", frame->rax);
	}
	is_address = *letters == 'P';
	letters += is_address;
	i = show_arguments(frame, letters, 0, true, 0);
	no_result = has_no_result(frame);
	if (no_result)
		printk(") = ?\n");
	frame->rax = number < syscall_count ? (uint64_t)syscall_invoke(frame) : (uint64_t)-ENOSYS;
	if (!no_result) {
		show_arguments(frame, letters, i, false, frame->rax);
		show_result(frame->rax, is_address);
	}
}
