/* SPDX-License-Identifier: MIT */
/* The wall: what a port access asks for. Each call gets one checked copy of its block. */
#include "hypercall.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "msg.h"

/* Tells the user how the guest broke the protocol. */
#define FAULT(format, ...)                                                                         \
	(msg("hypervisor: protocol fault: " format "\n", ##__VA_ARGS__), HC_FAILED)

/* The calls, by port, without a gap; `block` is the size of the block that the `out` points to. */
static const struct {
	const char *name;
	int64_t (*call)(struct hypercalls *hc, const struct args *args);
	size_t block;
} calls[HYPERCALLS] = {
	[PORT_OPEN - PORT_OPEN] = {"open", call_open, 0},
	[PORT_READ - PORT_OPEN] = {"read", call_transfer, sizeof(struct hc_rw)},
	[PORT_WRITE - PORT_OPEN] = {"write", call_transfer, sizeof(struct hc_rw)},
	[PORT_CLOSE - PORT_OPEN] = {"close", call_close, 0},
	[PORT_LSEEK - PORT_OPEN] = {"lseek", call_lseek, sizeof(struct hc_lseek)},
	[PORT_EXIT - PORT_OPEN] = {"exit", NULL, 0},
	[PORT_LSEEK64 - PORT_OPEN] = {"lseek64", call_lseek64, sizeof(struct hc_lseek64)},
	[PORT_SLEEP - PORT_OPEN] = {"sleep", call_sleep, 0},
	[PORT_READDIR - PORT_OPEN] = {"readdir", call_transfer, sizeof(struct hc_rw)},
	[PORT_STAT - PORT_OPEN] = {"stat", call_stat, sizeof(struct hc_stat)},
	[PORT_READLINK - PORT_OPEN] = {"readlink", call_readlink, sizeof(struct hc_readlink)},
	[PORT_WAIT - PORT_OPEN] = {"wait", call_wait, sizeof(struct hc_wait)},
	[PORT_TIMER - PORT_OPEN] = {"timer", call_timer, 0},
	[PORT_PREAD - PORT_OPEN] = {"pread", call_pread, sizeof(struct hc_pread)},
};

/* Writes the line: in one piece, for the kernel may write others to the same file. */
static void end_line(struct hypercalls *hc)
{
	const int fd = hc->outputs[OUTPUT_TRACE] ? hc->outputs[OUTPUT_TRACE] : msg_fd;
	size_t bytes = hc->line_bytes;

	hc->line_bytes = 0;
	if (bytes && write(fd, hc->line, bytes) < 0)
		return; /* there is nobody left to tell */
}

/* Shows the user the message that the kernel ends with. */
static enum hc_next panic(struct hypercalls *hc, uint32_t gpa)
{
	char text[1024];
	char shown[4 * sizeof(text) + 8];
	int length = guestmem_string(hc->mem, gpa, text, sizeof(text));

	TRACE(hc, "panic(0x%" PRIx32 ")\n", gpa);
	end_line(hc);
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
	end_line(hc);
	hc->calls[PORT_EXIT - PORT_OPEN]++;
	hc->exit_code = exit_code;
	return HC_EXITED;
}

/* Makes a call and keeps its result, of which the guest gets the lower 32 bits. */
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
			if (result > 0 && hypercall_moves(n))
				hc->bytes[n] += result;
		}
	}
	if (result < 0)
		TRACE(hc, ") = -1 %s\n", error_name(-result));
	else
		TRACE(hc, ") = %" PRId64 "\n", result);
	end_line(hc);
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

	/* If the guest has opened a file as its fd 1, that is open for reading only. */
	if (host < 0 || host > STDERR_FILENO)
		return FAULT("the byte console can't write: stdout is closed");
	do {
		done = write(host, byte, 1);
		/* Another process may have made the pipe non-blocking. */
		if (done < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = host, .events = POLLOUT}, 1, -1);
	} while (done < 0 && (errno == EINTR || errno == EAGAIN));
	if (done != 1)
		return FAULT("the byte console can't write to stdout: %s", strerror(errno));
	return HC_CONTINUE;
}

const char *hypercall_name(unsigned n)
{
	return calls[n].name;
}

bool hypercall_moves(unsigned n)
{
	return calls[n].call == call_transfer || calls[n].call == call_pread ||
	       calls[n].call == call_readlink;
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
	 * Some KVMs report a string instruction as single accesses. Its second `out` comes
	 * while a call is pending, and is refused by that.
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
