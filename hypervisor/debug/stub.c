/* SPDX-License-Identifier: MIT */
/* The commands of gdb's remote serial protocol, and when which of them is read. */
#include "stub.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../msg.h"
#include "commands.h"
#include "monitor.h"

static struct stub *stub_of(struct machine *machine)
{
	return (struct stub *)machine;
}
_Static_assert(offsetof(struct stub, machine) == 0, "stub_of");

/* --- what goes out --- */

static void send_frame(struct stub *stub, const void *data, size_t length)
{
	if (!link_write(&stub->link, stub->frame, rsp_frame(stub->frame, data, length)))
		stub->has_hung_up = true;
}

static void send_reply(struct stub *stub)
{
	send_frame(stub, stub->reply, stub->reply_bytes);
}

void reply(struct stub *stub, const char *format, ...)
{
	size_t room = sizeof(stub->reply) - stub->reply_bytes;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(stub->reply + stub->reply_bytes, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		stub->reply_bytes += (size_t)length < room ? (size_t)length : room - 1;
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
		send_reply(stub);
	}
	stub->reply_bytes = 0;
}

/* --- what comes in --- */

/* The next event of what has come; waits for more. */
static enum rsp_event next_event(struct stub *stub)
{
	enum rsp_event event = RSP_NOTHING;

	while (event == RSP_NOTHING && !stub->has_hung_up) {
		if (stub->at == stub->end) {
			stub->at = 0;
			stub->end = link_read(&stub->link, stub->received, sizeof(stub->received));
			stub->has_hung_up = stub->end == 0;
			continue;
		}
		event = rsp_take(&stub->rsp, stub->received[stub->at++]);
	}
	if (!stub->no_ack && (event == RSP_PACKET || event == RSP_BAD) &&
	    !link_write(&stub->link, event == RSP_PACKET ? "+" : "-", 1))
		stub->has_hung_up = true;
	return event;
}

/* While the guest runs; acknowledgements don't stop it. */
static bool is_interrupted(struct machine *machine)
{
	struct stub *stub = stub_of(machine);

	while (!stub->has_hung_up && (stub->at < stub->end || link_is_ready(&stub->link))) {
		enum rsp_event event;

		if (stub->at == stub->end) {
			stub->at = 0;
			stub->end = link_read(&stub->link, stub->received, sizeof(stub->received));
			stub->has_hung_up = stub->end == 0;
			continue;
		}
		event = rsp_take(&stub->rsp, stub->received[stub->at++]);
		if (event == RSP_PACKET)
			stub->has_packet = true;
		if (event == RSP_PACKET || event == RSP_INTERRUPT)
			return true;
	}
	return stub->has_hung_up;
}

/* --- why the guest stands still --- */

/* gdb has numbers of its own for signals: those above 15 and a few below differ from Linux's. */
unsigned gdb_signal(unsigned sig)
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

static void reply_end(struct stub *stub)
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

/* The program that dies has the registers that are of interest: those that it was left with. */
static void show_program(struct stub *stub)
{
	static const char text[] =
		"The program is about to be killed; these are its registers, and for reading. "
		"`monitor vcpu` shows the kernel's.\n";

	stub->shows_program = stub->stop.kind == STOP_DIES && program_registers(stub);
	if (stub->shows_program)
		reply_output(stub, text, strlen(text));
}

/* Tells gdb why the guest stands still. Returns false if it has come to its end. */
static bool tell_stop(struct stub *stub)
{
	static const char failed[] = "The guest has failed; this is its state.\n";

	stub->reply_bytes = 0;
	stub->shows_program = false;
	if (stub->stop.kind == STOP_END && stub->stop.end != HC_FAILED) {
		reply_end(stub);
		send_reply(stub);
		return false;
	}
	if (stub->stop.kind == STOP_END)
		reply_output(stub, failed, strlen(failed));
	show_program(stub);
	reply_stop(stub);
	send_reply(stub);
	return true;
}

/* Reads and answers packets until one lets the guest go on, or go. */
static enum action serve(struct stub *stub)
{
	enum action action = ACTION_NONE;

	while (action == ACTION_NONE && !stub->has_hung_up) {
		enum rsp_event event = stub->has_packet ? RSP_PACKET : next_event(stub);

		stub->has_packet = false;
		if (event == RSP_NAK)
			send_reply(stub);
		if (event != RSP_PACKET)
			continue;
		stub->reply_bytes = 0;
		action = command_run(stub, stub->rsp.data, stub->rsp.length);
		/* None to k, and to what lets the guest go on until it stops. */
		if (action == ACTION_NONE || stub->reply_bytes)
			send_reply(stub);
	}
	return stub->has_hung_up ? ACTION_KILL : action;
}

enum hc_next stub_run(struct stub *stub)
{
	enum action action;
	bool ended;

	stub->machine.is_interrupted = is_interrupted;
	stub->machine.watch_programs = true;
	machine_fetch(&stub->machine);
	stub->stop = (struct stop){.kind = STOP_STEPPED};
	for (;;) {
		action = serve(stub);
		if (action == ACTION_KILL || action == ACTION_DETACH)
			break;
		ended = stub->stop.kind == STOP_END;
		if (ended) {
			stub->reply_bytes = 0;
			reply_end(stub);
			send_reply(stub);
			return stub->stop.end;
		}
		do {
			stub->stop = machine_go(&stub->machine, action == ACTION_STEP);
		} while (stub->stop.kind == STOP_STARTS && !stub->tells_exec);
		if (!tell_stop(stub))
			return stub->stop.end;
	}
	link_close(&stub->link);
	if (action == ACTION_DETACH) {
		machine_release(&stub->machine);
		return stub->stop.kind == STOP_END ? stub->stop.end : HC_CONTINUE;
	}
	stub->machine.hc->exit_code = EXIT_KILLED(SIGNAL_KILL);
	return HC_EXITED;
}
