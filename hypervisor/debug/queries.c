/* SPDX-License-Identifier: MIT */
/* What gdb asks: "General Query Packets" in its manual. */
#include "queries.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "monitor.h"
#include "registers.h"
#include "reply.h"

/* A part of an object: "OFFSET,LENGTH". */
static void reply_part(struct stub *stub, const char *text, const void *object, size_t size)
{
	uint64_t offset, length, left;

	if (!rsp_range(&text, &offset, &length) || offset > size) {
		reply_error(stub, EINVAL);
		return;
	}
	left = size - offset;
	if (length > RSP_DATA_MAX - 1)
		length = RSP_DATA_MAX - 1;
	reply(stub, length < left ? "m" : "l");
	reply_bytes(stub, (const char *)object + offset, length < left ? length : left);
}

static void reply_exec_file(struct stub *stub, const char *text)
{
	const char *exe = stub->machine.program.exe;

	/* The process's number, which is left out where there is one. */
	while (*text && *text != ':')
		text++;
	if (*exe && rsp_skip(&text, ':'))
		reply_part(stub, text, exe, strlen(exe));
	else
		reply_error(stub, ENOENT);
}

/* The auxiliary vector, by which gdb finds where the program and its interpreter were loaded. */
static void reply_auxv(struct stub *stub, const char *text)
{
	const struct machine *machine = &stub->machine;
	const struct program_info *program = &machine->program;
	uint64_t bytes = program->auxv_end - program->auxv;
	uint8_t auxv[4096];

	if (machine->state.sregs.cr3 != machine->owner.cr3 || bytes > sizeof(auxv) ||
	    memory_read(&machine->memory, program->auxv, auxv, bytes) != bytes)
		reply_error(stub, ENOENT);
	else
		reply_part(stub, text, auxv, bytes);
}

static void reply_features(struct stub *stub, const char *asked)
{
	stub->tells_swbreak = strstr(asked, "swbreak+") != NULL;
	stub->tells_hwbreak = strstr(asked, "hwbreak+") != NULL;
	stub->tells_exec = strstr(asked, "exec-events+") != NULL;
	reply(stub,
	      "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;swbreak+;hwbreak+;"
	      "vContSupported+",
	      RSP_DATA_MAX);
	if (stub->machine.kernel.known)
		reply(stub, ";exec-events+;qXfer:exec-file:read+;qXfer:auxv:read+");
}

static void run_monitor(struct stub *stub, const char *digits, size_t length)
{
	char command[256];
	size_t bytes = length / 2;
	char *text = NULL;
	size_t size;
	FILE *out;

	if (bytes >= sizeof(command) || !rsp_from_hex(command, digits, bytes)) {
		reply_error(stub, EINVAL);
		return;
	}
	command[bytes] = '\0';
	out = open_memstream(&text, &size);
	if (!out) {
		reply_error(stub, ENOMEM);
		return;
	}
	monitor_run(stub, command, out);
	fclose(out);
	reply_output(stub, text, size);
	free(text);
	reply(stub, "OK");
}

/* There is one thread, the vCPU, whose number is 1. */
void query_run(struct stub *stub, const char *text, const char *end)
{
	const char *description = registers_description(stub->machine.has_avx);

	if (rsp_begins(&text, "Supported"))
		reply_features(stub, text);
	else if (rsp_begins(&text, "Xfer:features:read:target.xml:"))
		reply_part(stub, text, description, strlen(description));
	else if (rsp_begins(&text, "Xfer:exec-file:read:"))
		reply_exec_file(stub, text);
	else if (rsp_begins(&text, "Xfer:auxv:read::"))
		reply_auxv(stub, text);
	else if (rsp_begins(&text, "Rcmd,"))
		run_monitor(stub, text, end - text);
	else if (rsp_begins(&text, "fThreadInfo"))
		reply(stub, "m1");
	else if (rsp_begins(&text, "sThreadInfo"))
		reply(stub, "l");
	else if (rsp_begins(&text, "Attached"))
		reply(stub, "0"); /* gdb's `quit` ends the guest */
	else if (strcmp(text, "C") == 0)
		reply(stub, "QC1");
}
