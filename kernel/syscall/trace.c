/* SPDX-License-Identifier: MIT */
/*
 * --trace=syscalls. How an argument is shown, a letter of syscalls.def for each:
 *
 *   d l  number of 32 or 64 bits, with a sign    u n  the same, without
 *   x o  hexadecimal, octal                      p    address
 *   s    string                                  w    buffer of as many bytes as the next argument
 *   r    buffer of as many bytes as the result   A    directory's fd
 *   O R M W F S  flags and names of open, mmap, lseek, fcntl, signals
 *
 * A leading P: the result is an address.
 */
#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/mman.h>
#include <linux/sched.h>

#include "../lib/math.h"
#include "../lib/printk.h"
#include "../mm/uaccess.h"
#include "../proc/thread.h"
#include "syscall.h"

#define SHOWN_MAX 32 /* bytes of a string or a buffer, as strace has it */

/* NULL where a number isn't used. */
static const struct {
	const char *name, *arguments;
} calls[] = {
#define CALL(number, name, handler, parameters, arguments) [number] = {#name, arguments},
#define NONE(number, name, arguments, reason)		   [number] = {#name, arguments},
#define UNUSED(first, last)
#define REASON(reason, text)
#include "syscalls.def"
};

#define ERROR(name, text) [name] = #name " (" text ")"
/* clang-format off */
static const char *const errors[] = {
	ERROR(EPERM, "Operation not permitted"), ERROR(ENOENT, "No such file or directory"),
	ERROR(ESRCH, "No such process"), ERROR(EINTR, "Interrupted system call"),
	ERROR(EIO, "Input/output error"), ERROR(ENXIO, "No such device or address"),
	ERROR(EBADF, "Bad file descriptor"), ERROR(ECHILD, "No child processes"),
	ERROR(EAGAIN, "Resource temporarily unavailable"),
	ERROR(ENOMEM, "Cannot allocate memory"), ERROR(EACCES, "Permission denied"),
	ERROR(EFAULT, "Bad address"), ERROR(EEXIST, "File exists"),
	ERROR(ENODEV, "No such device"), ERROR(ENOTDIR, "Not a directory"),
	ERROR(EISDIR, "Is a directory"), ERROR(EINVAL, "Invalid argument"),
	ERROR(EMFILE, "Too many open files"), ERROR(ENOTTY, "Inappropriate ioctl for device"),
	ERROR(ENOSPC, "No space left on device"), ERROR(ESPIPE, "Illegal seek"),
	ERROR(EROFS, "Read-only file system"), ERROR(EPIPE, "Broken pipe"),
	ERROR(ERANGE, "Numerical result out of range"), ERROR(ENAMETOOLONG, "File name too long"),
	ERROR(ENOSYS, "Function not implemented"),
	ERROR(ELOOP, "Too many levels of symbolic links"),
	ERROR(EOVERFLOW, "Value too large for defined data type"),
	ERROR(ETIMEDOUT, "Connection timed out"),
};

/* A value and its name; a list of them ends with the name for what remains 0. */
struct flag {
	uint32_t value;
	const char *name;
};

#define FLAG(name) {name, #name}
static const struct flag open_flags[] = {
	FLAG(O_WRONLY), FLAG(O_RDWR), FLAG(O_CREAT), FLAG(O_EXCL), FLAG(O_NOCTTY), FLAG(O_TRUNC),
	FLAG(O_APPEND), FLAG(O_NONBLOCK), FLAG(O_LARGEFILE), FLAG(O_NOFOLLOW), FLAG(O_DIRECTORY),
	FLAG(O_CLOEXEC), FLAG(O_PATH), {0, "O_RDONLY"},
};
static const struct flag prot_flags[] = {
	FLAG(PROT_READ), FLAG(PROT_WRITE), FLAG(PROT_EXEC), {0, "PROT_NONE"},
};
static const struct flag map_flags[] = {
	FLAG(MAP_SHARED), FLAG(MAP_PRIVATE), FLAG(MAP_FIXED), FLAG(MAP_ANONYMOUS),
	FLAG(MAP_STACK), FLAG(MAP_NORESERVE), FLAG(MAP_POPULATE), {0, "0"},
};
/* clang-format on */

static const char *const whences[] = {"SEEK_SET", "SEEK_CUR", "SEEK_END", "SEEK_DATA", "SEEK_HOLE"};
static const char *const fcntls[] = {"F_DUPFD", "F_GETFD", "F_SETFD", "F_GETFL",
				     "F_SETFL", "F_GETLK", "F_SETLK", "F_SETLKW"};
static const char *const signals[] = {
	"0",	     "SIGHUP",	"SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
	"SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
	"SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
	"SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
};

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

static void show_flags(const struct flag *flag, uint32_t value)
{
	const char *separator = "";

	for (; flag->value; flag++) {
		if (!(value & flag->value))
			continue;
		printk_part("%s%s", separator, flag->name);
		separator = "|";
		value &= ~flag->value;
	}
	if (value)
		printk_part("%s0x%x", separator, value);
	else if (!*separator)
		printk_part("%s", flag->name);
}

static void show_open_flags(uint32_t value)
{
	printk_part(value && !(value & O_ACCMODE) ? "O_RDONLY|" : "");
	show_flags(open_flags, value);
}

static void show_name(const char *const *names, size_t count, uint32_t value)
{
	if (value < count)
		printk_part("%s", names[value]);
	else
		printk_part("0x%x", value);
}

/* What lies at an address, up to `bytes`; of a string, up to its NUL. */
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
	['A'] = "%d", ['d'] = "%d", ['l'] = "%ld", ['u'] = "%u", ['n'] = "%lu", ['o'] = "0%o",
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
	else if (letter == 'O')
		show_open_flags(value);
	else if (letter == 'R')
		show_flags(prot_flags, value);
	else if (letter == 'M')
		show_flags(map_flags, value);
	else if (letter == 'W')
		show_name(whences, COUNT(whences), value);
	else if (letter == 'F')
		show_name(fcntls, COUNT(fcntls), value);
	else if (letter == 'S')
		show_name(signals, COUNT(signals), value);
	else
		printk_part(value || letter == 'x' ? "0x%lx" : "NULL", value);
}

/* Shows the arguments from number `i` on, and stops before a buffer of results if so told. */
static unsigned show_arguments(const struct trap_frame *frame, const char *letters, unsigned i,
			       bool stop, int64_t result)
{
	const uint64_t values[] = {frame->rdi, frame->rsi, frame->rdx,
				   frame->r10, frame->r8,  frame->r9};

	for (; letters[i] && !(stop && letters[i] == 'r'); i++) {
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

	if (current->state != THREAD_READY && thread_has_others())
		printk(") = ? (waits)\n");
	else if (error < COUNT(errors) && errors[error])
		printk(") = -1 %s\n", errors[error]);
	else
		printk(is_address ? ") = 0x%lx\n" : ") = %ld\n", result);
}

/* The calls that don't come back here. */
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
