/* SPDX-License-Identifier: MIT */
/* Packets of gdb and their answers: "Packets" and "General Query Packets" in its manual. */
#include "commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "queries.h"
#include "registers.h"
#include "reply.h"
#include "shown.h"

#define READ_MAX ((RSP_DATA_MAX - 16) / 2) /* bytes of memory in one answer, in hex */

static void reply_ok(struct stub *stub, bool done)
{
	if (done)
		reply(stub, "OK");
	else
		reply_error(stub, EINVAL);
}

/* --- registers --- */

static void get_registers(struct stub *stub)
{
	uint8_t all[REGISTERS_MAX];
	size_t bytes = registers_get_all(shown_state(stub), stub->machine.has_avx, all);

	reply_hex(stub, all, bytes);
}

static void set_registers(struct stub *stub, const char *digits, size_t length)
{
	uint8_t all[REGISTERS_MAX];

	reply_ok(stub, !stub->shows_program && length / 2 <= sizeof(all) && length % 2 == 0 &&
			       rsp_from_hex(all, digits, length / 2) &&
			       registers_set_all(&stub->machine.state, stub->machine.has_avx, all,
						 length / 2));
}

static void get_register(struct stub *stub, const char *text)
{
	uint8_t value[16];
	uint64_t number;
	size_t bytes = 0;

	if (rsp_number(&text, &number) && number < REGISTERS_MAX)
		bytes = registers_get(shown_state(stub), stub->machine.has_avx, number, value);
	if (bytes)
		reply_hex(stub, value, bytes);
	else
		reply_error(stub, EINVAL);
}

static void set_register(struct stub *stub, const char *text)
{
	uint8_t value[16];
	uint64_t number;
	size_t bytes;
	bool done = false;

	if (rsp_number(&text, &number) && number < REGISTERS_MAX && rsp_skip(&text, '=')) {
		bytes = strlen(text) / 2;
		done = !stub->shows_program && bytes <= sizeof(value) &&
		       rsp_from_hex(value, text, bytes) &&
		       registers_set(&stub->machine.state, stub->machine.has_avx, number, value,
				     bytes);
	}
	reply_ok(stub, done);
}

/* --- memory --- */

static void read_memory(struct stub *stub, const char *text)
{
	uint8_t bytes[READ_MAX];
	uint64_t address, length;
	size_t done = 0;

	if (rsp_range(&text, &address, &length))
		done = memory_read(&stub->machine.memory, address, bytes,
				   length < sizeof(bytes) ? length : sizeof(bytes));
	else
		length = 1;
	if (done || !length)
		reply_hex(stub, bytes, done);
	else
		reply_error(stub, EFAULT);
}

/* M and X: "ADDRESS,LENGTH:", then hex, or bytes. */
static void write_memory(struct stub *stub, const char *text, const char *end, bool hex)
{
	uint8_t bytes[RSP_DATA_MAX];
	uint64_t address, length, given;

	if (!rsp_range(&text, &address, &length) || !rsp_skip(&text, ':')) {
		reply_error(stub, EINVAL);
		return;
	}
	given = end - text;
	if (length > sizeof(bytes) || given != (hex ? 2 * length : length) ||
	    (hex && !rsp_from_hex(bytes, text, length))) {
		reply_error(stub, EINVAL);
		return;
	}
	if (memory_write(&stub->machine.memory, address, hex ? (const char *)bytes : text,
			 length) == length)
		reply(stub, "OK");
	else
		reply_error(stub, EFAULT);
}

/* --- breakpoints --- */

/* Addresses in the low half are a program's, where a kernel that tells of programs has begun. */
static bool is_of_program(const struct machine *machine, uint64_t address)
{
	return machine->kernel.known && !(address >> 63);
}

static int set_software(struct machine *machine, uint64_t address, bool add)
{
	if (!add) {
		breakpoint_remove(&machine->breakpoints, address, OF_GDB);
		return 0;
	}
	return breakpoint_add(&machine->breakpoints, address, OF_GDB,
			      is_of_program(machine, address), machine->owner);
}

/* "TYPE,ADDRESS,KIND". What this KVM can't do in ring 3 is done by software, or isn't there. */
static void set_breakpoint(struct stub *stub, const char *text, bool add)
{
	struct machine *machine = &stub->machine;
	struct breakpoints *all = &machine->breakpoints;
	enum watch watch = WATCH_EXECUTE;
	uint64_t type, address, length;
	int error;

	if (!rsp_number(&text, &type) || !rsp_skip(&text, ',') ||
	    !rsp_range(&text, &address, &length)) {
		reply_error(stub, EINVAL);
		return;
	}
	if (type == 1)
		length = 1;
	if (type == 2)
		watch = WATCH_WRITE;
	if (type == 4)
		watch = WATCH_ACCESS;
	if (type == 3 || type > 4 || (type >= 2 && !machine->intercepts))
		return; /* no answer: there is no such thing */
	if (type == 0 || (type == 1 && !machine->intercepts && is_of_program(machine, address)))
		error = set_software(machine, address, add);
	else
		error = add ? hardware_add(all, watch, address, length)
			    : hardware_remove(all, watch, address, length);
	if (error)
		reply_error(stub, -error);
	else
		reply(stub, "OK");
}

/* vCont: the one thread does what is said first. */
static enum action resume(struct stub *stub, const char *text)
{
	if (rsp_begins(&text, "Cont?"))
		reply(stub, "vCont;c;C;s;S");
	else if (rsp_begins(&text, "Cont;c") || rsp_begins(&text, "Cont;C"))
		return ACTION_GO;
	else if (rsp_begins(&text, "Cont;s") || rsp_begins(&text, "Cont;S"))
		return ACTION_STEP;
	else if (rsp_begins(&text, "Kill;")) {
		reply(stub, "OK");
		return ACTION_KILL;
	}
	return ACTION_NONE;
}

/* c, s: "[ADDRESS]"; C, S: "SIGNAL[;ADDRESS]". A signal is not passed on: it was none of Linux's.
 */
static enum action go(struct stub *stub, const char *text, bool has_signal, enum action action)
{
	uint64_t number;

	if (has_signal && rsp_number(&text, &number))
		rsp_skip(&text, ';');
	if (rsp_number(&text, &number) && !stub->shows_program) {
		stub->machine.state.regs.rip = number;
		stub->machine.state.regs_changed = true;
	}
	return action;
}

enum action command_run(struct stub *stub, const char *data, size_t length)
{
	const char *text = data + 1;
	const char *end = data + length;

	switch (*data) {
	case '?':
		reply_stop(stub);
		break;
	case 'g':
		get_registers(stub);
		break;
	case 'G':
		set_registers(stub, text, end - text);
		break;
	case 'p':
		get_register(stub, text);
		break;
	case 'P':
		set_register(stub, text);
		break;
	case 'm':
		read_memory(stub, text);
		break;
	case 'M':
	case 'X':
		write_memory(stub, text, end, *data == 'M');
		break;
	case 'Z':
	case 'z':
		set_breakpoint(stub, text, *data == 'Z');
		break;
	case 'c':
	case 'C':
		return go(stub, text, *data == 'C', ACTION_GO);
	case 's':
	case 'S':
		return go(stub, text, *data == 'S', ACTION_STEP);
	case 'v':
		return resume(stub, text);
	case 'H':
	case 'T':
		reply(stub, "OK");
		break;
	case 'q':
		query_run(stub, text, end);
		break;
	case 'Q':
		if (strcmp(text, "StartNoAckMode") == 0) {
			reply(stub, "OK");
			stub->no_ack = true;
		}
		break;
	case 'D':
		reply(stub, "OK");
		return ACTION_DETACH;
	case 'k':
		return ACTION_KILL;
	}
	return ACTION_NONE;
}
