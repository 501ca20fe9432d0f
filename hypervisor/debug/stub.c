/* SPDX-License-Identifier: MIT */
/* The commands of gdb's remote serial protocol, and when which of them is read. */
#include "stub.h"

#include <string.h>

#include "commands.h"
#include "reply.h"
#include "shown.h"

static struct stub *stub_of(struct machine *machine)
{
	return (struct stub *)machine;
}
_Static_assert(offsetof(struct stub, machine) == 0, "stub_of");

/* Waits for what gdb sends. All that came before is taken. */
static void receive(struct stub *stub)
{
	stub->at = 0;
	stub->end = link_read(&stub->link, stub->received, sizeof(stub->received));
	stub->has_hung_up = stub->end == 0;
}

/* The next event of what has come; waits for more. */
static enum rsp_event next_event(struct stub *stub)
{
	enum rsp_event event = RSP_NOTHING;

	while (event == RSP_NOTHING && !stub->has_hung_up) {
		if (stub->at == stub->end) {
			receive(stub);
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
			receive(stub);
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

/* The program that dies has the registers that are of interest: those that it was left with. */
static void show_program(struct stub *stub)
{
	static const char text[] =
		"The program is about to be killed; these are its registers, and for reading. "
		"`monitor vcpu` shows the kernel's.\n";

	stub->shows_program = stub->stop.kind == STOP_DIES && shown_take_program(stub);
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
		reply_send(stub);
		return false;
	}
	if (stub->stop.kind == STOP_END)
		reply_output(stub, failed, strlen(failed));
	show_program(stub);
	reply_stop(stub);
	reply_send(stub);
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
			reply_send(stub);
		if (event != RSP_PACKET)
			continue;
		stub->reply_bytes = 0;
		action = command_run(stub, stub->rsp.data, stub->rsp.length);
		/* None to k, and to what lets the guest go on until it stops. */
		if (action == ACTION_NONE || stub->reply_bytes)
			reply_send(stub);
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
			reply_send(stub);
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
