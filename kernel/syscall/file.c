/* SPDX-License-Identifier: MIT */
/* System calls on files. Data move between host and program, past the kernel. */
#include "file.h"

#include <asm/errno.h>
#include <asm/signal.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <stdbool.h>

#include "../hypercall.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "syscall.h"

#define FD_COUNT 256

#define TRANSFER_MAX UINT64_C(0x7ffff000) /* what Linux moves at most in one call */
#define POPULATE_MAX UINT64_C(0x100000)	  /* memory made ready for one hypercall */

/*
 * The program's fds: the host's fd plus 1, or 0. The program's fd 2 may be
 * closed, but the host's stays open: the kernel's own messages go there.
 */
static uint16_t files[FD_COUNT];

void file_init(uint64_t open_fds)
{
	for (unsigned fd = 0; fd <= HOST_STDERR; fd++)
		files[fd] = open_fds >> fd & 1 ? fd + 1 : 0;
}

/* The host's fd behind the program's, or -EBADF. Linux looks at 32 bits of an fd. */
static int host_fd(uint64_t fd)
{
	uint32_t index = fd;

	return index < FD_COUNT && files[index] ? files[index] - 1 : -EBADF;
}

/* A regular file: where a second read has what the first left, and doesn't wait for it. */
static bool is_seekable(int host)
{
	return hypercall_lseek(host, 0, SEEK_CUR) >= 0;
}

/*
 * Moves data between a file and the program's memory, a hypercall for each
 * run of frames that lie in one piece. A short transfer ends it, as does the
 * end of a run if more might make the program wait.
 */
static int64_t transfer(const struct trap_frame *frame, bool to_user)
{
	int host = host_fd(frame->rdi);
	uint64_t buffer = frame->rsi;
	uint64_t left = frame->rdx;
	uint64_t done = 0;
	int64_t n = 0;
	uint64_t pa = 0;

	if (host < 0)
		return host;
	if (!user_allows(buffer, left, to_user))
		return -EFAULT;
	if (left > TRANSFER_MAX)
		left = TRANSFER_MAX;
	do {
		int64_t run = left ? space_run(buffer, min(left, POPULATE_MAX), &pa) : 0;

		if (run < 0) {
			n = run;
			break;
		}
		n = to_user ? hypercall_read(host, pa, run) : hypercall_write(host, pa, run);
		if (n < 0)
			break;
		done += n;
		buffer += n;
		left -= n;
		if (n < run)
			break;
	} while (left && (!to_user || is_seekable(host)));
	return done ? (int64_t)done : n;
}

int64_t sys_read(const struct trap_frame *frame)
{
	return transfer(frame, true);
}

int64_t sys_write(const struct trap_frame *frame)
{
	int64_t n = transfer(frame, false);

	if (n == -EPIPE)
		process_kill(SIGPIPE);
	return n;
}

int64_t sys_open(const struct trap_frame *frame)
{
	static char path[PATH_MAX];
	unsigned flags = frame->rsi;
	int64_t length = string_from_user(path, frame->rdi, sizeof(path));
	unsigned fd = 0;
	int host;

	if (length < 0)
		return length;
	if (length == 0)
		return -ENOENT;
	if ((flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC))
		return -EROFS;
	while (fd < FD_COUNT && files[fd])
		fd++;
	if (fd == FD_COUNT)
		return -EMFILE;
	host = hypercall_open(path);
	if (host < 0)
		return host;
	if (flags & O_DIRECTORY) { /* what opens is none */
		hypercall_close(host);
		return -ENOTDIR;
	}
	files[fd] = host + 1;
	return fd;
}

int64_t sys_close(const struct trap_frame *frame)
{
	int host = host_fd(frame->rdi);

	if (host < 0)
		return host;
	files[(uint32_t)frame->rdi] = 0;
	return host == HOST_STDERR ? 0 : hypercall_close(host);
}

int64_t sys_lseek(const struct trap_frame *frame)
{
	int host = host_fd(frame->rdi);
	uint32_t whence = frame->rdx;

	if (host < 0)
		return host;
	return whence > SEEK_END ? -EINVAL : hypercall_lseek(host, frame->rsi, whence);
}

int64_t file_size(uint64_t fd)
{
	int host = host_fd(fd);
	int64_t now, size;

	if (host < 0)
		return host;
	now = hypercall_lseek(host, 0, SEEK_CUR);
	size = now < 0 ? now : hypercall_lseek(host, 0, SEEK_END);
	if (size < 0)
		return -ENODEV;
	hypercall_lseek(host, now, SEEK_SET);
	return size;
}

int file_read_at(uint64_t fd, uint64_t offset, uint64_t start, uint64_t bytes)
{
	int host = host_fd(fd);
	int64_t now;
	int64_t n;
	uint64_t pa;

	if (bytes == 0)
		return 0;
	now = hypercall_lseek(host, 0, SEEK_CUR);
	if (now < 0)
		return now;
	n = hypercall_lseek(host, offset, SEEK_SET);

	while (n >= 0 && bytes) {
		int64_t run = space_run(start, bytes, &pa);

		n = run < 0 ? run : hypercall_read(host, pa, run);
		if (n == 0)
			break;
		if (n > 0) {
			start += n;
			bytes -= n;
		}
	}
	hypercall_lseek(host, now, SEEK_SET);
	return n < 0 ? n : 0;
}
