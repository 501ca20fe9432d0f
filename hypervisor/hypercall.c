/* SPDX-License-Identifier: MIT */
/* The hypercalls. Each takes its arguments from one checked copy of the guest's block. */
#include "hypercall.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "msg.h"

/* The most that read(2) and write(2) move at once; keeps a result in 31 bits. */
#define TRANSFER_MAX UINT64_C(0x7ffff000)

/* A part of the line that --trace shows of a call. */
#define TRACE(hc, ...) ((hc)->trace ? msg(__VA_ARGS__) : (void)0)

/* Tells the user how the guest broke the protocol. */
#define FAULT(format, ...)                                                                         \
	(msg("hypervisor: protocol fault: " format "\n", ##__VA_ARGS__), HC_FAILED)

/* What a call gets: the value of its `out`, and one copy of the block that this points to. */
struct args {
	uint16_t port;
	uint32_t value;
	union {
		struct hc_rw rw;
		struct hc_lseek lseek;
		struct hc_lseek64 seek64; /* lseek64 is a macro of musl's */
	} block;
};

static int64_t hc_open(struct hypercalls *hc, const struct args *args)
{
	char path[PATH_MAX];
	char shown[256];
	int length = guestmem_string(hc->mem, args->value, path, sizeof(path));
	int fd, host;

	if (length < 0) {
		TRACE(hc, "0x%" PRIx32, args->value);
		return length;
	}
	TRACE(hc, "\"%s\"", escape(shown, sizeof(shown), path, length));
	fd = fdtable_lowest(hc->fds);
	host = fd < 0 ? fd : hostfile_open(hc->files, path);
	if (host < 0)
		return host;
	fdtable_put(hc->fds, fd, host);
	return fd;
}

static int64_t hc_transfer(struct hypercalls *hc, const struct args *args)
{
	const struct hc_rw *rw = &args->block.rw;
	size_t bytes = rw->bytes < TRANSFER_MAX ? rw->bytes : TRANSFER_MAX;
	void *buffer = guestmem_range(hc->mem, rw->buffer, rw->bytes);
	int host = fdtable_get(hc->fds, rw->fd);
	ssize_t done;

	TRACE(hc, "%" PRIu64 ", 0x%" PRIx64 ", %" PRIu64, rw->fd, rw->buffer, rw->bytes);
	if (host < 0)
		return host;
	/* Opened for reading: the sandbox would take a write there for a break-out. */
	if (args->port == PORT_WRITE && host > STDERR_FILENO)
		return -EBADF;
	if (!buffer)
		return -EFAULT;
	do {
		done = args->port == PORT_WRITE ? write(host, buffer, bytes)
						: read(host, buffer, bytes);
	} while (done < 0 && errno == EINTR);
	return done < 0 ? -errno : done;
}

static int64_t hc_close(struct hypercalls *hc, const struct args *args)
{
	int host = fdtable_take(hc->fds, args->value);

	TRACE(hc, "%" PRIu32, args->value);
	if (host < 0)
		return host;
	/* Linux frees the fd whatever close(2) says, and nothing was written through it. */
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

static int64_t hc_lseek(struct hypercalls *hc, const struct args *args)
{
	const struct hc_lseek *block = &args->block.lseek;
	int32_t offset = block->offset;
	int64_t before = seek(hc, block->fd, 0, SEEK_CUR);
	int64_t at = seek(hc, block->fd, offset, block->whence);

	TRACE(hc, "%" PRIu32 ", %" PRId32 ", %" PRIu32, block->fd, offset, block->whence);
	if (at <= INT32_MAX)
		return at;
	/* The result has no room for it: as lseek(2) does, fail and leave the offset alone. */
	seek(hc, block->fd, before, SEEK_SET);
	return -EOVERFLOW;
}

static int64_t hc_lseek64(struct hypercalls *hc, const struct args *args)
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

/* A signal that doesn't end the hypervisor may end it early: the guest has a clock. */
static int64_t hc_sleep(struct hypercalls *hc, const struct args *args)
{
	struct timespec time = {args->value / 1000000, args->value % 1000000 * 1000L};

	TRACE(hc, "%" PRIu32, args->value);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
	return 0;
}

/* The calls, by port; `block` is the size of the block that the `out` points to. */
static const struct {
	const char *name;
	int64_t (*call)(struct hypercalls *hc, const struct args *args);
	size_t block;
} calls[] = {
	[PORT_OPEN - PORT_OPEN] = {"open", hc_open, 0},
	[PORT_READ - PORT_OPEN] = {"read", hc_transfer, sizeof(struct hc_rw)},
	[PORT_WRITE - PORT_OPEN] = {"write", hc_transfer, sizeof(struct hc_rw)},
	[PORT_CLOSE - PORT_OPEN] = {"close", hc_close, 0},
	[PORT_LSEEK - PORT_OPEN] = {"lseek", hc_lseek, sizeof(struct hc_lseek)},
	[PORT_EXIT - PORT_OPEN] = {"exit", NULL, 0},
	[PORT_LSEEK64 - PORT_OPEN] = {"lseek64", hc_lseek64, sizeof(struct hc_lseek64)},
	[PORT_SLEEP - PORT_OPEN] = {"sleep", hc_sleep, 0},
};

/* Tells the user what the kernel says of its end. */
static enum hc_next panic(struct hypercalls *hc, uint32_t gpa)
{
	char text[1024];
	char shown[4 * sizeof(text) + 8];
	int length = guestmem_string(hc->mem, gpa, text, sizeof(text));

	TRACE(hc, "panic(0x%" PRIx32 ")\n", gpa);
	if (length == -EFAULT)
		msg("hypervisor: kernel panic, its message at 0x%" PRIx32
		    " runs off the end of guest memory\n",
		    gpa);
	else
		msg("hypervisor: kernel panic: %s\n",
		    escape(shown, sizeof(shown), text, length < 0 ? (int)sizeof(text) : length));
	return HC_FAILED;
}

static enum hc_next leave(struct hypercalls *hc, uint32_t exit_code)
{
	TRACE(hc, "exit(%" PRIu32 ")\n", exit_code & 0xff);
	hc->calls[PORT_EXIT - PORT_OPEN]++;
	hc->exit_code = exit_code;
	return HC_EXITED;
}

/* Does a call and keeps its result: 64 bits for --trace, of which the guest gets 32. */
static void call(struct hypercalls *hc, uint16_t port, uint32_t value)
{
	unsigned n = port - PORT_OPEN;
	struct args args = {.port = port, .value = value};
	int64_t result;

	if (n >= HYPERCALLS) {
		TRACE(hc, "port_0x%x(0x%" PRIx32, port, value);
		result = -ENOSYS;
	} else {
		hc->calls[n]++;
		TRACE(hc, "%s(", calls[n].name);
		if (calls[n].block &&
		    guestmem_read(hc->mem, value, &args.block, calls[n].block) < 0) {
			TRACE(hc, "block 0x%" PRIx32, value);
			result = -EFAULT;
		} else {
			result = calls[n].call(hc, &args);
		}
	}
	if (result < 0)
		TRACE(hc, ") = -1 %s\n", error_name(-result));
	else
		TRACE(hc, ") = %" PRId64 "\n", result);
	hc->result = port == PORT_LSEEK64 && result > 0 ? 0 : result;
	hc->pending = true;
	hc->port = port;
}

/* A 32-bit `in`: fetches the result of the call that this port started. */
static enum hc_next fetch(struct hypercalls *hc, uint16_t port, void *data)
{
	if (!hc->pending)
		return FAULT("in from port 0x%x with no call pending", port);
	if (hc->port != port)
		return FAULT("in from port 0x%x, but the call pending is on port 0x%x", port,
			     hc->port);
	memcpy(data, &hc->result, sizeof(hc->result));
	hc->pending = false;
	return HC_CONTINUE;
}

static enum hc_next console(const struct hypercalls *hc, const uint8_t *byte)
{
	int host = fdtable_get(hc->fds, STDOUT_FILENO);
	ssize_t done;

	/* A file in its place was opened for reading, see hc_transfer(). */
	if (host < 0 || host > STDERR_FILENO)
		return FAULT("the byte console can't write: stdout is closed");
	do {
		done = write(host, byte, 1);
		/* A pipe that others made non-blocking: wait all the same. */
		if (done < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = host, .events = POLLOUT}, 1, -1);
	} while (done < 0 && (errno == EINTR || errno == EAGAIN));
	if (done != 1)
		return FAULT("the byte console can't write to stdout: %s", strerror(errno));
	return HC_CONTINUE;
}

void hypercalls_report(const struct hypercalls *hc)
{
	for (size_t i = 0; i < HYPERCALLS; i++)
		msg("%s%s %" PRIu64, i ? ", " : "hypercalls: ", calls[i].name, hc->calls[i]);
	msg("\n");
}

bool hypercall_port(uint16_t port)
{
	return port == PORT_CONSOLE || port == PORT_PANIC ||
	       (port >= PORT_OPEN && port <= PORT_LAST);
}

enum hc_next hypercall_io(struct hypercalls *hc, const struct port_io *io)
{
	const char *direction = io->out ? "out to" : "in from";
	bool is_console = io->port == PORT_CONSOLE;
	uint32_t value;

	if (!hypercall_port(io->port))
		return FAULT("%s port 0x%x, which is no hypercall", direction, io->port);
	if (io->count != 1)
		return FAULT("string %s port 0x%x (%" PRIu32 " data)", direction, io->port,
			     io->count);
	if (io->width != (is_console ? 1 : 4))
		return FAULT("%u-bit %s port 0x%x", io->width * 8, direction, io->port);
	if (is_console)
		return io->out ? console(hc, io->data)
			       : FAULT("in from the byte console, which has no input");
	if (!io->out)
		return fetch(hc, io->port, io->data);
	/*
	 * Some KVMs show a string instruction as so many single accesses: with
	 * one call at a time its second `out` is told from a call.
	 */
	if (hc->pending && io->port != PORT_EXIT && io->port != PORT_PANIC)
		return FAULT("out to port 0x%x before the result of port 0x%x was fetched",
			     io->port, hc->port);
	memcpy(&value, io->data, sizeof(value));
	if (io->port == PORT_PANIC)
		return panic(hc, value);
	if (io->port == PORT_EXIT)
		return leave(hc, value);
	call(hc, io->port, value);
	return HC_CONTINUE;
}
