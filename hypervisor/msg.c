/* SPDX-License-Identifier: MIT */
/* Messages to the user, on the stderr that the hypervisor was started with. */
#include "msg.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kernel/abi.h"

int msg_fd = STDERR_FILENO;

/*
 * Closes all fds from `first` on. closefrom(3) would abort the process in a
 * container that has neither close_range(2) nor /proc.
 */
static void close_from(unsigned first)
{
	const rlim_t most = 1 << 20; /* fs.nr_open, as Linux sets it: no fd is above */
	struct rlimit limit;

	if (syscall(SYS_close_range, first, ~0u, 0) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_max > most)
		limit.rlim_max = most;
	for (unsigned fd = first; fd < limit.rlim_max; fd++)
		close(fd);
}

unsigned msg_init(void)
{
	unsigned open_fds = 0;
	int copy;

	/* Close what the parent process has left open. */
	close_from(STDERR_FILENO + 1);
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			open_fds |= 1u << fd;
		else if (open("/dev/null", O_RDWR) != fd)
			die("fd %d is closed, and /dev/null can't take its place: %m", fd);
	}
	copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (copy < 0) /* EINVAL: the limit is below that number */
		die("too few file descriptors (ulimit -n)");
	msg_fd = copy;
	return open_fds;
}

void msg_raw(const char *text, size_t length)
{
	struct pollfd fd = {.fd = msg_fd, .events = POLLOUT};

	/* If the pipe is full, the process ends without the message. */
	if (poll(&fd, 1, 0) == 1 && write(msg_fd, text, length) < 0)
		return; /* can't be reported: this is where reports go */
}

void msg(const char *format, ...)
{
	char text[4096 + 512]; /* a path and what is wrong with it; the guest's are cut before */
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length >= (int)sizeof(text))
		length = sizeof(text) - 1;
	if (write(msg_fd, text, length) < 0)
		return; /* there is nobody left to tell */
}

size_t text_add(char *text, size_t size, size_t used, const char *format, va_list args)
{
	const size_t room = size - used;
	int length = vsnprintf(text + used, room, format, args);

	if (length < 0 || !room)
		return used;
	return used + ((size_t)length < room ? (size_t)length : room - 1);
}

char *escape(char *out, size_t size, const char *in, size_t length)
{
	size_t o = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = in[i];

		if (o + sizeof("\\xNN...") > size) {
			memcpy(out + o, "...", 3);
			o += 3;
			break;
		}
		if (c == '\n' || c == '"' || c == '\\') {
			out[o++] = '\\';
			out[o++] = c == '\n' ? 'n' : c;
		} else if (c >= 0x20 && c < 0x7f) {
			out[o++] = c;
		} else {
			o += sprintf(out + o, "\\x%02x", c);
		}
	}
	out[o] = '\0';
	return out;
}

const char *error_name(int error)
{
	static const char *const names[] = {
#define ERROR(name, text) [name] = #name " (" text ")",
#define SIGNAL(name)
#include "../kernel/names.def"
#undef ERROR
#undef SIGNAL
	};
	bool known = error >= 0 && error < (int)(sizeof(names) / sizeof(names[0])) && names[error];

	return known ? names[error] : "unknown error";
}

const char *signal_name(unsigned sig)
{
	static const char *const names[] = {
#define ERROR(name, text)
#define SIGNAL(name) [name] = #name,
#include "../kernel/names.def"
#undef ERROR
#undef SIGNAL
	};

	return sig < sizeof(names) / sizeof(names[0]) ? names[sig] : NULL;
}
