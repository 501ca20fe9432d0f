/* SPDX-License-Identifier: MIT */
/* What is sent to gdb: answers, and why the guest stands still. */
#include "reply.h"

#include <stdarg.h>
#include <string.h>

#include "../msg.h"

static void send_frame(struct stub *stub, const void *data, size_t length)
{
	if (!link_write(&stub->link, stub->frame, rsp_frame(stub->frame, data, length)))
		stub->has_hung_up = true;
}

void reply_send(struct stub *stub)
{
	send_frame(stub, stub->reply, stub->reply_bytes);
}

void reply(struct stub *stub, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	stub->reply_bytes =
		text_add(stub->reply, sizeof(stub->reply), stub->reply_bytes, format, arguments);
	va_end(arguments);
}

void reply_hex(struct stub *stub, const void *bytes, size_t length)
{
	size_t most = (sizeof(stub->reply) - stub->reply_bytes) / 2;

	rsp_to_hex(stub->reply + stub->reply_bytes, bytes, length < most ? length : most);
	stub->reply_bytes += 2 * (length < most ? length : most);
}

void reply_bytes(struct stub *stub, const void *bytes, size_t length)
{
	size_t room = sizeof(stub->reply) - stub->reply_bytes;

	memcpy(stub->reply + stub->reply_bytes, bytes, length < room ? length : room);
	stub->reply_bytes += length < room ? length : room;
}

void reply_output(struct stub *stub, const char *text, size_t length)
{
	const size_t most = (RSP_DATA_MAX - 1) / 2;

	for (size_t piece; length > 0; text += piece, length -= piece) {
		piece = length < most ? length : most;
		stub->reply_bytes = 0;
		reply(stub, "O");
		reply_hex(stub, text, piece);
		reply_send(stub);
	}
	stub->reply_bytes = 0;
}

void reply_error(struct stub *stub, int error)
{
	stub->reply_bytes = 0;
	reply(stub, "E%02x", error & 0xff);
}

/* gdb has numbers of its own for signals: those above 15 and a few below differ from Linux's. */
static unsigned gdb_signal(unsigned sig)
{
	static const uint8_t numbers[] = {
		[1] = 1,   [2] = 2,   [3] = 3,	 [4] = 4,   [5] = 5,   [6] = 6,
		[7] = 10,  [8] = 8,   [9] = 9,	 [10] = 30, [11] = 11, [12] = 31,
		[13] = 13, [14] = 14, [15] = 15, [17] = 20, [18] = 19, [19] = 17,
		[20] = 18, [21] = 21, [22] = 22, [23] = 16, [24] = 24, [25] = 25,
		[26] = 26, [27] = 27, [28] = 28, [29] = 23, [30] = 32, [31] = 12,
	};
	const unsigned unknown = 143; /* GDB_SIGNAL_UNKNOWN */

	return sig < sizeof(numbers) && numbers[sig] ? numbers[sig] : unknown;
}

void reply_end(struct stub *stub)
{
	const uint32_t code = stub->machine.hc->exit_code;

	if (stub->stop.end == HC_FAILED)
		reply(stub, "X%02x", gdb_signal(SIGNAL_FAILED));
	else if (stub->stop.end == HC_HALTED)
		reply(stub, "W00");
	else if (code >> 8 && code == EXIT_KILLED(code >> 8))
		reply(stub, "X%02x", gdb_signal(code >> 8));
	else
		reply(stub, "W%02x", code & 0xff);
}

void reply_stop(struct stub *stub)
{
	const struct stop *stop = &stub->stop;
	unsigned sig = SIGNAL_TRAP;

	if (stop->kind == STOP_INTERRUPTED)
		sig = SIGNAL_INTERRUPT;
	if (stop->kind == STOP_DIES)
		sig = stop->sig;
	if (stop->kind == STOP_END)
		sig = SIGNAL_FAILED;
	reply(stub, "T%02xthread:1;", gdb_signal(sig));
	if (stop->kind == STOP_BREAKPOINT && stub->tells_swbreak)
		reply(stub, "swbreak:;");
	if (stop->kind == STOP_HARDWARE && stop->hardware.watch != WATCH_EXECUTE)
		reply(stub, "%swatch:%llx;", stop->hardware.watch == WATCH_WRITE ? "" : "a",
		      (unsigned long long)stop->hardware.address);
	else if (stop->kind == STOP_HARDWARE && stub->tells_hwbreak)
		reply(stub, "hwbreak:;");
	if (stop->kind == STOP_STARTS) {
		reply(stub, "exec:");
		reply_hex(stub, stub->machine.program.exe, strlen(stub->machine.program.exe));
		reply(stub, ";");
	}
}
