/* SPDX-License-Identifier: MIT */
/*
 * What lies at an argument, as strace(1) shows it. Most are told by a picture: text, in which a %
 * stands before the letter of a field, see trace_args.h. Fields lie behind each other, as
 * wide as they are by width_of(), each at a multiple of its width.
 */
#include "trace_structs.h"

#include <asm/signal.h>
#include <asm/termbits.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/prctl.h>
#include <linux/stat.h>
#include <linux/utsname.h>

#include "../fs/fdtable.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "trace_line.h"
#include "trace_lists.h"
#include "trace_names.h"
#include "trace_signal.h"

#define TIMESPEC "{tv_sec=%l, tv_nsec=%l}"
#define TIMEVAL	 "{tv_sec=%l, tv_usec=%l}"

static const struct {
	char letter;
	const char *picture;
} pictures[] = {
	{'t', TIMESPEC},
	{'v', TIMEVAL},
	{'V', "[" TIMEVAL ", " TIMEVAL "]"},
	{'T', "[" TIMESPEC ", " TIMESPEC "]"},
	{'U', "{actime=%l, modtime=%l}"},
	{'r', "{rlim_cur=%$, rlim_max=%$}"},
	{'u', "{ru_utime=" TIMEVAL ", ru_stime=" TIMEVAL ", ...}"},
	{'k', "{ss_sp=%p, ss_flags=%K, ss_size=%n}"},
	{'2', "[%d, %d]"},
	{'d', "[%d]"},
	{'c', "[%d]"},
	{'L', "[%l]"},
	{'z', "[%S]"},
	{'q', "[%p]"},
	{'g', "%%"},
	{'m', "{tms_utime=%l, tms_stime=%l, tms_cutime=%l, tms_cstime=%l}"},
	{'j', "{it_interval=" TIMEVAL ", it_value=" TIMEVAL "}"},
	{'W', "{ws_row=%h, ws_col=%h, ws_xpixel=%h, ws_ypixel=%h}"},
	{'l', "{l_type=%H, l_whence=%I, l_start=%l, l_len=%l}"},
	{'y', "{uptime=%l, loads=[%n, %n, %n], totalram=%n, freeram=%n, sharedram=%n, "
	      "bufferram=%n, totalswap=%n, freeswap=%n, procs=%h, totalhigh=%n, freehigh=%n, "
	      "mem_unit=%u}"},
};

/* Bytes of a field. %h is a number of 16 bits; %H and %I are names in so many. */
static unsigned width_of(char letter)
{
	switch (letter) {
	case 'h':
	case 'H':
	case 'I':
		return 2;
	case 'l':
	case 'n':
	case 'p':
	case 'x':
	case '$':
	case '%':
		return 8;
	default:
		return 4;
	}
}

static void show_field(char letter, uint64_t value)
{
	if (letter == 'h')
		trace_put("%lu", value);
	else
		trace_value(letter == 'H' ? 'k' : letter == 'I' ? 'W' : letter, value);
}

/* How many bytes a picture is of. */
static uint64_t picture_bytes(const char *picture)
{
	uint64_t at = 0;

	for (; *picture; picture++) {
		if (*picture != '%')
			continue;
		unsigned width = width_of(*++picture);

		at = (at + width - 1) / width * width + width;
	}
	return at;
}

static void show_picture(uaddr_t user, const char *picture)
{
	uint8_t bytes[128];
	uint64_t at = 0;

	if (copy_from_user(bytes, user, picture_bytes(picture)) < 0) {
		trace_address(user);
		return;
	}
	for (; *picture; picture++) {
		uint64_t value = 0;

		if (*picture != '%') {
			trace_put("%c", *picture);
			continue;
		}
		unsigned width = width_of(*++picture);

		at = (at + width - 1) / width * width;
		memcpy(&value, bytes + at, width);
		at += width;
		show_field(*picture, value);
	}
}

static void show_device(uint64_t rdev)
{
	/* MAJOR() and MINOR() of glibc's sys/sysmacros.h, for numbers of the size they have here.
	 */
	trace_put("makedev(0x%lx, 0x%lx)", rdev >> 8 & 0xfff,
		  (rdev & 0xff) | (rdev >> 12 & 0xfff00));
}

static void show_mode(uint32_t mode)
{
	const char *type = trace_name('5', mode & S_IFMT);

	if (type)
		trace_put("%s", type);
	else
		trace_put("0%o", mode & S_IFMT);
	trace_put("%s%s%s|0%o", mode & S_ISUID ? "|S_ISUID" : "", mode & S_ISGID ? "|S_ISGID" : "",
		  mode & S_ISVTX ? "|S_ISVTX" : "", mode & 0777);
}

static void show_stat(uaddr_t user)
{
	/* struct stat of asm/stat.h, which can't be read beside linux/stat.h. */
	struct {
		uint64_t dev, ino, nlink;
		uint32_t mode, uid, gid, pad;
		uint64_t rdev;
		int64_t size;
	} st;

	if (copy_from_user(&st, user, sizeof(st)) < 0) {
		trace_address(user);
		return;
	}
	trace_put("{st_mode=");
	show_mode(st.mode);
	if (S_ISCHR(st.mode) || S_ISBLK(st.mode)) {
		trace_put(", st_rdev=");
		show_device(st.rdev);
	} else {
		trace_put(", st_size=%ld", st.size);
	}
	trace_put(", ...}");
}

static void show_statx(uaddr_t user)
{
	struct statx st;

	if (copy_from_user(&st, user, sizeof(st)) < 0) {
		trace_address(user);
		return;
	}
	trace_put("{stx_mask=");
	trace_value('X', st.stx_mask);
	trace_put(", stx_attributes=0x%lx, stx_mode=", (uint64_t)st.stx_attributes);
	show_mode(st.stx_mode);
	trace_put(", stx_size=%lu, ...}", (uint64_t)st.stx_size);
}

static void show_action(uaddr_t user)
{
	struct sigaction action; /* the kernel's, asm/signal.h */

	if (copy_from_user(&action, user, sizeof(action)) < 0) {
		trace_address(user);
		return;
	}
	trace_put("{sa_handler=");
	trace_value('(', (uint64_t)action.sa_handler);
	trace_put(", sa_mask=");
	trace_value('%', action.sa_mask);
	trace_put(", sa_flags=");
	trace_value('f', action.sa_flags);
	if (action.sa_flags & SA_RESTORER)
		trace_put(", sa_restorer=0x%lx", (uint64_t)action.sa_restorer);
	trace_put("}");
}

/* A status as wait(2) tells it, if there was a child that it is of. */
static void show_status(const struct trace_call *call, uaddr_t user)
{
	int status, sig;

	if (call->result == 0 || copy_from_user(&status, user, sizeof(status)) < 0) {
		trace_address(user);
		return;
	}
	sig = status & 0x7f;
	if (status == 0xffff) {
		trace_put("[{WIFCONTINUED(s)}]");
	} else if (sig == 0x7f) {
		trace_put("[{WIFSTOPPED(s) && WSTOPSIG(s) == ");
		trace_value('S', status >> 8 & 0xff);
		trace_put("}]");
	} else if (sig) {
		trace_put("[{WIFSIGNALED(s) && WTERMSIG(s) == ");
		trace_value('S', sig);
		trace_put(status & 0x80 ? " && WCOREDUMP(s)}]" : "}]");
	} else {
		trace_put("[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]", status >> 8 & 0xff);
	}
}

static void show_utsname(uaddr_t user)
{
	trace_put("{sysname=");
	trace_string(user, __NEW_UTS_LEN);
	trace_put(", nodename=");
	trace_string(user + (__NEW_UTS_LEN + 1), __NEW_UTS_LEN);
	trace_put(", ...}");
}

static void show_terminal(uaddr_t user)
{
	struct termios terminal;

	if (copy_from_user(&terminal, user, sizeof(terminal)) < 0) {
		trace_address(user);
		return;
	}
	trace_put("{%s %sopost %sisig %sicanon %secho ...}",
		  (terminal.c_cflag & CBAUD) == B38400 ? "B38400" : "B???",
		  terminal.c_oflag & OPOST ? "" : "-", terminal.c_lflag & ISIG ? "" : "-",
		  terminal.c_lflag & ICANON ? "" : "-", terminal.c_lflag & ECHO ? "" : "-");
}

/* What needs no more than its address. */
static const struct {
	char letter;
	void (*show)(uaddr_t user);
} shows[] = {
	{'s', show_stat},     {'x', show_statx},	{'a', show_action},
	{'A', trace_strings}, {'E', trace_environment}, {'S', show_utsname},
	{'b', show_terminal}, {'i', trace_siginfo_at},
};

/* What the rest of the call tells of. */
static void show_by_call(const struct trace_call *call, char letter, unsigned i)
{
	const uint64_t *args = call->args;
	uaddr_t user = args[i];

	switch (letter) {
	case 'w':
		show_status(call, user);
		break;
	case 'I': /* readv(2) and writev(2) */
		trace_vector(call, i);
		break;
	case 'p':
		trace_polled(user, args[i + 1], false);
		break;
	case 'f':
		trace_fds(user, args[0]);
		break;
	case 'C': /* CPUs; the argument before is a size */
		trace_fds(user, (call->done ? (uint64_t)call->result : args[i - 1]) * 8);
		break;
	case 'n':
		trace_string(user, PATH_MAX - 1);
		break;
	case 'D':
		trace_entries(user, call->result);
		break;
	case 'G':
		trace_ids(user, call->result);
		break;
	case 'e': /* of epoll_ctl(2) */
		trace_epoll_events(user, 1);
		break;
	case 'P': /* of epoll_wait(2) */
		trace_put("[");
		trace_epoll_events(user, call->result);
		trace_put("]");
		break;
	case 'N': /* of accept(2), getsockname(2); the next argument leads to its length */
		trace_socket_name(user, args[i + 1]);
		break;
	case 'o':
		trace_socket_address(user, (uint32_t)args[i + 1]);
		break;
	default:
		trace_address(user);
	}
}

void trace_struct(const struct trace_call *call, bool output, char letter, unsigned argument)
{
	bool failed = output && trace_is_error(call->result);

	/* Of a vector that wasn't filled the addresses are shown. */
	if (!call->args[argument] || (failed && letter != 'I')) {
		trace_address(call->args[argument]);
		return;
	}
	for (unsigned i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		if (pictures[i].letter != letter)
			continue;
		show_picture(call->args[argument], pictures[i].picture);
		return;
	}
	for (unsigned i = 0; i < sizeof(shows) / sizeof(shows[0]); i++) {
		if (shows[i].letter != letter)
			continue;
		shows[i].show(call->args[argument]);
		return;
	}
	show_by_call(call, letter, argument);
}
