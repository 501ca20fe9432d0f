/* SPDX-License-Identifier: MIT */
/* The hypercalls that have a result: what each does with its checked arguments. */
#include "calls.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "timer.h"

/* Bytes that read(2) and write(2) move at most. The result of a call has 31 bits. */
#define TRANSFER_MAX UINT64_C(0x7ffff000)

/*
 * Bytes that one of them is asked to move at most. On a regular file only a fatal signal
 * interrupts them: before --timeout can end the process, so many bytes may still be moved.
 */
#define PIECE (UINT64_C(4) << 20)

void call_trace(struct hypercalls *hc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	hc->line_bytes = text_add(hc->line, sizeof(hc->line), hc->line_bytes, format, args);
	va_end(args);
}

/* Copies a path in; --trace shows it, or its address if it is bad. Returns its length or -errno. */
static int take_path(struct hypercalls *hc, gpa_t gpa, char path[PATH_MAX])
{
	char shown[256];
	int length = guestmem_string(hc->mem, gpa, path, PATH_MAX);

	if (length < 0)
		TRACE(hc, "0x%" PRIx64, gpa);
	else
		TRACE(hc, "\"%s\"", escape(shown, sizeof(shown), path, length));
	return length;
}

/* Output `n` is open already: it is emptied. Returns its guest fd or -errno. */
static int64_t open_output(const struct hypercalls *hc, unsigned n)
{
	return ftruncate(hc->outputs[OUTPUT_FIRST + n], 0) < 0 ? -errno
							       : (int64_t)FDTABLE_OUTPUT - n;
}

int64_t call_open(struct hypercalls *hc, const struct args *args)
{
	char path[PATH_MAX];
	int length = take_path(hc, args->value, path);
	int fd, host;

	if (length < 0)
		return length;
	for (unsigned i = 0; i < OUTPUTS_MAX && hc->outputs[OUTPUT_FIRST + i]; i++)
		if (args->value == hc->output_names[i])
			return open_output(hc, i);
	fd = fdtable_lowest(hc->fds);
	host = fd < 0 ? fd : hostfile_open(hc->files, path);
	if (host < 0)
		return host;
	fdtable_put(hc->fds, fd, host);
	return fd;
}

static size_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Was the host fd given to the guest to write to? What it has opened was opened for reading. */
static bool is_output(const struct hypercalls *hc, int host)
{
	for (size_t i = 0; i < HOSTFILE_OUTPUTS; i++)
		if (host == hc->outputs[i])
			return true;
	return host <= STDERR_FILENO;
}

/* Moves data as the port says, by one system call. Returns bytes or -errno. */
static int64_t move_piece(uint16_t port, int host, void *buffer, size_t bytes, uint64_t offset)
{
	ssize_t done;

	do {
		switch (port) {
		case PORT_WRITE:
			done = write(host, buffer, bytes);
			break;
		case PORT_READDIR: /* moves whole records only */
			done = syscall(SYS_getdents64, host, buffer, bytes);
			break;
		case PORT_PREAD:
			done = pread(host, buffer, bytes, offset);
			break;
		default:
			done = read(host, buffer, bytes);
		}
	} while (done < 0 && errno == EINTR);
	return done < 0 ? -errno : done;
}

/* After a whole piece: may more be moved? A second read of a pipe might wait. */
static bool goes_on(uint16_t port, int host)
{
	if (port == PORT_READ)
		return lseek(host, 0, SEEK_CUR) >= 0;
	return port != PORT_READDIR;
}

/* The same in pieces. An error after the first is left to the next call, as Linux does. */
static int64_t move(uint16_t port, int host, char *buffer, uint64_t bytes, uint64_t offset)
{
	const size_t most = least(bytes, TRANSFER_MAX);
	size_t moved = 0;
	int64_t done;

	do {
		done = move_piece(port, host, buffer + moved, least(most - moved, PIECE),
				  offset + moved);
		if (done < 0)
			return moved ? (int64_t)moved : done;
		moved += done;
	} while (done == PIECE && moved < most && goes_on(port, host));
	return moved;
}

int64_t call_transfer(struct hypercalls *hc, const struct args *args)
{
	const struct hc_rw *rw = &args->block.rw;
	void *buffer = guestmem_range(hc->mem, rw->buffer, rw->bytes);
	int host = fdtable_get(hc->fds, rw->fd);

	TRACE(hc, "%" PRIu64 ", 0x%" PRIx64 ", %" PRIu64, rw->fd, rw->buffer, rw->bytes);
	if (host < 0)
		return host;
	/* A file of the guest's is open for reading. The sandbox would end the process. */
	if (args->port == PORT_WRITE && !is_output(hc, host))
		return -EBADF;
	return buffer ? move(args->port, host, buffer, rw->bytes, 0) : -EFAULT;
}

int64_t call_pread(struct hypercalls *hc, const struct args *args)
{
	const struct hc_pread *block = &args->block.pread;
	void *buffer = guestmem_range(hc->mem, block->buffer, block->bytes);
	int host = fdtable_get(hc->fds, block->fd);

	TRACE(hc, "%" PRIu64 ", 0x%" PRIx64 ", %" PRIu64 ", %" PRId64, block->fd, block->buffer,
	      block->bytes, (int64_t)block->offset);
	if (host < 0)
		return host;
	return buffer ? move(args->port, host, buffer, block->bytes, block->offset) : -EFAULT;
}

/*
 * Is it of -o, --core or --output? Its number, which the sandbox knows, mustn't become another
 * file's; and a kernel that has something to hide must leave its trace and its core all the same.
 */
static bool stays_open(const struct hypercalls *hc, int host)
{
	for (size_t i = 0; i < HOSTFILE_OUTPUTS; i++)
		if (hc->outputs[i] && host == hc->outputs[i])
			return true;
	return false;
}

int64_t call_close(struct hypercalls *hc, const struct args *args)
{
	int host;

	TRACE(hc, "%" PRIu32, args->value);
	if (stays_open(hc, fdtable_get(hc->fds, args->value)))
		return 0;
	host = fdtable_take(hc->fds, args->value);
	if (host < 0)
		return host;
	/* Linux frees the fd whatever close(2) returns, and nothing was written through it. */
	close(host);
	return 0;
}

/* lseek(2), of the three whences that every file system has. New offset or -errno. */
static int64_t seek(struct hypercalls *hc, uint64_t fd, int64_t offset, uint64_t whence)
{
	int host = fdtable_get(hc->fds, fd);
	off_t at;

	if (host < 0)
		return host;
	if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
		return -EINVAL;
	at = lseek(host, offset, whence);
	return at < 0 ? -errno : at;
}

int64_t call_lseek(struct hypercalls *hc, const struct args *args)
{
	const struct hc_lseek *block = &args->block.lseek;
	int32_t offset = block->offset;
	int64_t before = seek(hc, block->fd, 0, SEEK_CUR);
	int64_t at = seek(hc, block->fd, offset, block->whence);

	TRACE(hc, "%" PRIu32 ", %" PRId32 ", %" PRIu32, block->fd, offset, block->whence);
	if (at <= INT32_MAX)
		return at;
	/* It doesn't fit the result: fail as lseek(2) does, and leave the offset alone. */
	seek(hc, block->fd, before, SEEK_SET);
	return -EOVERFLOW;
}

int64_t call_lseek64(struct hypercalls *hc, const struct args *args)
{
	struct hc_lseek64 block = args->block.seek64;
	int64_t at = seek(hc, block.fd, block.offset, block.whence);

	TRACE(hc, "%" PRIu64 ", %" PRId64 ", %" PRIu64, block.fd, (int64_t)block.offset,
	      block.whence);
	block.result = at;
	if (at >= 0 && guestmem_write(hc->mem, args->value, &block, sizeof(block)) < 0)
		return -EFAULT;
	return at;
}

/* A signal may end it early. That does no harm: the guest has a clock, and asks again. */
int64_t call_sleep(struct hypercalls *hc, const struct args *args)
{
	struct timespec time = {args->value / 1000000, args->value % 1000000 * 1000L};

	TRACE(hc, "%" PRIu32, args->value);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
	return 0;
}

static int64_t stat_fd(struct hypercalls *hc, uint64_t fd, struct hc_stat_result *result)
{
	int host = fdtable_get(hc->fds, fd);

	return host < 0 ? host : hostfile_fstat(host, result);
}

int64_t call_stat(struct hypercalls *hc, const struct args *args)
{
	const struct hc_stat *block = &args->block.stat;
	struct hc_stat_result result;
	char path[PATH_MAX];
	int64_t error = 0;

	if (block->path)
		error = take_path(hc, block->path, path);
	else
		TRACE(hc, "NULL");
	TRACE(hc, ", %" PRIu64 ", %" PRIu64 ", 0x%" PRIx64, block->fd, block->flags, block->buffer);
	if (block->flags & ~(uint64_t)HC_STAT_LINK)
		return -EINVAL;
	if (error < 0)
		return error;
	error = block->path ? hostfile_stat(hc->files, path, block->flags, &result)
			    : stat_fd(hc, block->fd, &result);
	if (!error)
		error = guestmem_write(hc->mem, block->buffer, &result, sizeof(result));
	return error;
}

int64_t call_readlink(struct hypercalls *hc, const struct args *args)
{
	const struct hc_readlink *block = &args->block.readlink;
	void *buffer = guestmem_range(hc->mem, block->buffer, block->bytes);
	char path[PATH_MAX];
	int length = take_path(hc, block->path, path);

	TRACE(hc, ", 0x%" PRIx64 ", %" PRIu64, block->buffer, block->bytes);
	if (length < 0)
		return length;
	if (!buffer)
		return -EFAULT;
	return hostfile_readlink(hc->files, path, buffer, least(block->bytes, TRANSFER_MAX));
}

/*
 * Polls host files for those of the guest, which are already copied in, and sets their `revents`.
 * A number that isn't open is the one that poll(2) passes over, and ready at once.
 */
static int64_t wait_for(const struct fdtable *table, struct hc_wait_fd *fds, uint64_t count,
			uint64_t microseconds)
{
	struct pollfd polled[HC_WAIT_FDS];
	unsigned closed = 0;
	int ready;

	for (uint64_t i = 0; i < count; i++) {
		int host = fdtable_get(table, fds[i].fd);

		polled[i] = (struct pollfd){.fd = host, .events = fds[i].events};
		closed += host < 0;
	}
	ready = timer_poll(polled, count, closed ? 0 : microseconds);
	for (uint64_t i = 0; i < count; i++)
		fds[i].revents = polled[i].fd < 0 ? POLLNVAL : polled[i].revents;
	return ready < 0 ? ready : ready + (int64_t)closed;
}

int64_t call_wait(struct hypercalls *hc, const struct args *args)
{
	const struct hc_wait *block = &args->block.wait;
	const gpa_t at = args->value + sizeof(*block);
	struct hc_wait_fd fds[HC_WAIT_FDS];
	int64_t ready;

	TRACE(hc, "%" PRIu64 ", %" PRIu64, block->microseconds, block->count);
	if (block->count > HC_WAIT_FDS)
		return -EINVAL;
	if (guestmem_read(hc->mem, at, fds, block->count * sizeof(fds[0])) < 0)
		return -EFAULT;
	ready = wait_for(hc->fds, fds, block->count, block->microseconds);
	for (uint64_t i = 0; i < block->count; i++)
		TRACE(hc, ", %" PRIu32 ": 0x%x 0x%x", fds[i].fd, fds[i].events, fds[i].revents);
	if (ready >= 0 && guestmem_write(hc->mem, at, fds, block->count * sizeof(fds[0])) < 0)
		return -EFAULT;
	return ready;
}

int64_t call_timer(struct hypercalls *hc, const struct args *args)
{
	TRACE(hc, "%" PRIu32, args->value);
	return timer_set(args->value);
}
