/* SPDX-License-Identifier: MIT */
/* The hypercalls. Each takes its arguments from one checked copy of the guest's block. */
#include "hypercall.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "msg.h"

/* The most that read(2) and write(2) move at once; keeps a result in 31 bits. */
#define TRANSFER_MAX UINT64_C(0x7ffff000)

/* A part of the line that --trace shows of a call. */
#define TRACE(hc, ...)                                                                             \
	do {                                                                                       \
		if ((hc)->trace)                                                                   \
			msg(__VA_ARGS__);                                                          \
	} while (0)

static int32_t hc_open(struct hypercalls *hc, uint32_t gpa)
{
	char path[PATH_MAX];
	char shown[256];
	int length = guestmem_string(hc->mem, gpa, path, sizeof(path));
	int host;
	int fd;

	if (length < 0) {
		TRACE(hc, "open(0x%" PRIx32 ")", gpa);
		return length;
	}
	TRACE(hc, "open(\"%s\")", escape(shown, sizeof(shown), path, length));
	fd = fdtable_lowest(hc->fds);
	if (fd < 0)
		return fd;
	host = hostfile_open(hc->files, path);
	if (host < 0)
		return host;
	fdtable_put(hc->fds, fd, host);
	return fd;
}

typedef ssize_t transfer_fn(int fd, void *buffer, size_t bytes);

static ssize_t transfer_write(int fd, void *buffer, size_t bytes)
{
	return write(fd, buffer, bytes);
}

static int32_t hc_transfer(struct hypercalls *hc, const char *name, transfer_fn *transfer,
			   uint32_t gpa)
{
	struct hc_rw block;
	ssize_t done;
	void *buffer;
	int host;

	if (guestmem_read(hc->mem, gpa, &block, sizeof(block)) < 0) {
		TRACE(hc, "%s(block 0x%" PRIx32 ")", name, gpa);
		return -EFAULT;
	}
	TRACE(hc, "%s(%" PRIu64 ", 0x%" PRIx64 ", %" PRIu64 ")", name, block.fd, block.buffer,
	      block.bytes);
	host = fdtable_get(hc->fds, block.fd);
	if (host < 0)
		return host;
	buffer = guestmem_range(hc->mem, block.buffer, block.bytes);
	if (!buffer)
		return -EFAULT;
	if (block.bytes > TRANSFER_MAX)
		block.bytes = TRANSFER_MAX;
	do {
		done = transfer(host, buffer, block.bytes);
	} while (done < 0 && errno == EINTR);
	return done < 0 ? -errno : done;
}

static int32_t hc_close(struct hypercalls *hc, uint32_t fd)
{
	int host = fdtable_take(hc->fds, fd);

	TRACE(hc, "close(%" PRIu32 ")", fd);
	/* Linux frees the fd whatever close(2) says, and nothing was written through it. */
	if (host >= 0)
		close(host);
	return host < 0 ? host : 0;
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

static int32_t hc_lseek(struct hypercalls *hc, uint32_t gpa)
{
	struct hc_lseek block;
	int64_t before;
	int64_t at;

	if (guestmem_read(hc->mem, gpa, &block, sizeof(block)) < 0) {
		TRACE(hc, "lseek(block 0x%" PRIx32 ")", gpa);
		return -EFAULT;
	}
	TRACE(hc, "lseek(%" PRIu32 ", %" PRId32 ", %" PRIu32 ")", block.fd, (int32_t)block.offset,
	      block.whence);
	before = seek(hc, block.fd, 0, SEEK_CUR);
	at = seek(hc, block.fd, (int32_t)block.offset, block.whence);
	if (at <= INT32_MAX)
		return at;
	/* The result has no room for it: as lseek(2) does, fail and leave the offset alone. */
	seek(hc, block.fd, before, SEEK_SET);
	return -EOVERFLOW;
}

static int32_t hc_lseek64(struct hypercalls *hc, uint32_t gpa)
{
	struct hc_lseek64 block;
	int64_t at;

	if (guestmem_read(hc->mem, gpa, &block, sizeof(block)) < 0) {
		TRACE(hc, "lseek64(block 0x%" PRIx32 ")", gpa);
		return -EFAULT;
	}
	TRACE(hc, "lseek64(%" PRIu64 ", %" PRId64 ", %" PRIu64 ")", block.fd, (int64_t)block.offset,
	      block.whence);
	at = seek(hc, block.fd, block.offset, block.whence);
	if (at < 0)
		return at;
	block.result = at;
	hc->offset = at;
	return guestmem_write(hc->mem, gpa, &block, sizeof(block));
}

/* A signal that doesn't end the hypervisor may end it early: the guest has a clock. */
static int32_t hc_sleep(struct hypercalls *hc, uint32_t microseconds)
{
	struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000L};

	TRACE(hc, "sleep(%" PRIu32 ")", microseconds);
	nanosleep(&time, NULL);
	return 0;
}

/* Tells the user what the kernel says of its end. */
static enum hc_next hc_panic(struct hypercalls *hc, uint32_t gpa)
{
	char text[1024];
	char shown[4 * sizeof(text) + 8];
	int length = guestmem_string(hc->mem, gpa, text, sizeof(text));

	if (length == -EFAULT)
		msg("hypervisor: kernel panic, its message at 0x%" PRIx32
		    " runs off the end of guest memory\n",
		    gpa);
	else
		msg("hypervisor: kernel panic: %s\n",
		    escape(shown, sizeof(shown), text, length < 0 ? (int)sizeof(text) : length));
	return HC_PANIC;
}

static __attribute__((format(printf, 2, 3))) enum hc_next fault(struct hypercalls *hc,
								const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(hc->text, sizeof(hc->text), format, args);
	va_end(args);
	return HC_FAULT;
}

static void trace_result(const struct hypercalls *hc, uint16_t port)
{
	if (!hc->trace)
		return;
	if (hc->result < 0)
		msg(" = -1 %s (%s)\n", strerrorname_np(-hc->result), strerror(-hc->result));
	else
		msg(" = %" PRId64 "\n", port == PORT_LSEEK64 ? hc->offset : hc->result);
}

/* A 32-bit `out`: starts the call. */
static enum hc_next call(struct hypercalls *hc, uint16_t port, uint32_t arg)
{
	if (port <= PORT_SLEEP)
		hc->calls[port - PORT_OPEN]++;
	switch (port) {
	case PORT_OPEN:
		hc->result = hc_open(hc, arg);
		break;
	case PORT_READ:
		hc->result = hc_transfer(hc, "read", read, arg);
		break;
	case PORT_WRITE:
		hc->result = hc_transfer(hc, "write", transfer_write, arg);
		break;
	case PORT_CLOSE:
		hc->result = hc_close(hc, arg);
		break;
	case PORT_LSEEK:
		hc->result = hc_lseek(hc, arg);
		break;
	case PORT_LSEEK64:
		hc->result = hc_lseek64(hc, arg);
		break;
	case PORT_SLEEP:
		hc->result = hc_sleep(hc, arg);
		break;
	case PORT_EXIT:
		TRACE(hc, "exit(%" PRIu32 ")\n", arg & 0xff);
		hc->exit_code = arg;
		return HC_EXIT;
	case PORT_PANIC:
		TRACE(hc, "panic(0x%" PRIx32 ")\n", arg);
		return hc_panic(hc, arg);
	default:
		TRACE(hc, "port_0x%x(0x%" PRIx32 ")", port, arg);
		hc->result = -ENOSYS;
	}
	trace_result(hc, port);
	hc->pending = true;
	hc->port = port;
	return HC_CONTINUE;
}

/* A 32-bit `in`: fetches the result of the call that this port started. */
static enum hc_next fetch(struct hypercalls *hc, uint16_t port, void *data)
{
	if (!hc->pending)
		return fault(hc, "in from port 0x%x with no call pending", port);
	if (hc->port != port)
		return fault(hc, "in from port 0x%x, but the call pending is on port 0x%x", port,
			     hc->port);
	memcpy(data, &hc->result, sizeof(hc->result));
	hc->pending = false;
	return HC_CONTINUE;
}

static enum hc_next console(struct hypercalls *hc, const uint8_t *byte)
{
	int host = fdtable_get(hc->fds, STDOUT_FILENO);
	ssize_t done;

	if (host < 0)
		return fault(hc, "the byte console can't write: stdout is closed");
	do {
		done = write(host, byte, 1);
		/* A pipe that others made non-blocking: wait all the same. */
		if (done < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = host, .events = POLLOUT}, 1, -1);
	} while (done < 0 && (errno == EINTR || errno == EAGAIN));
	if (done != 1)
		return fault(hc, "the byte console can't write to stdout: %s", strerror(errno));
	return HC_CONTINUE;
}

void hypercalls_init(struct hypercalls *hc, const struct guestmem *mem, struct fdtable *fds,
		     struct hostfiles *files, bool trace)
{
	*hc = (struct hypercalls){.mem = mem, .fds = fds, .files = files, .trace = trace};
}

void hypercalls_report(const struct hypercalls *hc)
{
	static const char *const names[] = {"open",  "read", "write",	"close",
					    "lseek", "exit", "lseek64", "sleep"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		msg("%s%s %" PRIu64, i ? ", " : "hypercalls: ", names[i], hc->calls[i]);
	msg("\n");
}

enum hc_next hypercall_io(struct hypercalls *hc, const struct port_io *io)
{
	const char *direction = io->out ? "out to" : "in from";
	bool is_console = io->port == PORT_CONSOLE;
	uint32_t arg;

	if (!is_console && io->port != PORT_PANIC && (io->port < PORT_OPEN || io->port > PORT_LAST))
		return fault(hc, "%s port 0x%x, which is no hypercall", direction, io->port);
	if (io->count != 1)
		return fault(hc, "string %s port 0x%x (%" PRIu32 " data)", direction, io->port,
			     io->count);
	if (io->width != (is_console ? 1 : 4))
		return fault(hc, "%u-bit %s port 0x%x", io->width * 8, direction, io->port);
	if (is_console)
		return io->out ? console(hc, io->data)
			       : fault(hc, "in from the byte console, which has no input");
	if (!io->out)
		return fetch(hc, io->port, io->data);
	/*
	 * Some KVMs show a string instruction as so many single accesses: with
	 * one call at a time its second `out` is told from a call.
	 */
	if (hc->pending && io->port != PORT_EXIT && io->port != PORT_PANIC)
		return fault(hc, "out to port 0x%x before the result of port 0x%x was fetched",
			     io->port, hc->port);
	memcpy(&arg, io->data, sizeof(arg));
	return call(hc, io->port, arg);
}
