/* SPDX-License-Identifier: MIT */
/* The commands of gdb's remote serial protocol. */
#ifndef STUB_H
#define STUB_H

#include <stdio.h>

#include "link.h"
#include "machine.h"
#include "rsp.h"

struct stub {
	struct machine machine; /* the first member, see stub_of() */
	struct link link;
	struct rsp rsp;
	bool no_ack;				       /* packets aren't acknowledged any more */
	bool tells_exec, tells_swbreak, tells_hwbreak; /* what gdb says that it understands */
	bool has_packet;			       /* one came while the guest ran */
	bool has_hung_up;
	char received[4096];
	size_t at, end; /* of what was received, the part that wasn't taken yet */
	struct stop stop;
	/* The registers that gdb is shown: the vCPU's, or those of the program (`shows_program`).
	 */
	bool shows_program;
	struct state of_program;
	char reply[RSP_DATA_MAX];
	size_t reply_bytes;
	char frame[RSP_FRAME_MAX];
};

/*
 * Debugs the guest, which hasn't run yet, until gdb lets go of it or it ends; stub->machine and
 * stub->link are set. HC_CONTINUE: gdb has let go, and the guest is to run on.
 */
enum hc_next stub_run(struct stub *stub);

#endif
