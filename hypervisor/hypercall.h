/* SPDX-License-Identifier: MIT */
/* The wall between host and guest: every port access of the guest comes here. */
#ifndef HYPERCALL_H
#define HYPERCALL_H

#include <stdbool.h>
#include <stdint.h>

#include "../kernel/abi.h"
#include "fdtable.h"
#include "guestmem.h"
#include "hostfile.h"

#define HYPERCALLS (PORT_PREAD - PORT_OPEN + 1)

#define TRACE_LINE_MAX 1024 /* what --trace shows of a call: a path is cut before */

struct hypercalls {
	const struct guestmem *mem;
	struct fdtable *fds;
	struct hostfiles *files;
	/* The host fds that the user has granted to write to: see OUTPUT_*. 0: none. */
	int outputs[HOSTFILE_OUTPUTS];
	gpa_t output_names[OUTPUTS_MAX]; /* of those from OUTPUT_FIRST on, see boot_info.outputs */
	bool trace; /* show each call, on that output if there is one, else on stderr */
	char line[TRACE_LINE_MAX];
	size_t line_bytes;
	bool pending; /* a result waits to be fetched from `port` */
	uint16_t port;
	int32_t result;
	uint64_t calls[HYPERCALLS]; /* how often each port was called */
	uint64_t bytes[HYPERCALLS]; /* how many it moved, where hypercall_moves() */
	uint32_t exit_code;	    /* the argument of EXIT; valid after HC_EXITED */
};

/* One port access as KVM reports it (struct kvm_run, KVM_EXIT_IO). */
struct port_io {
	bool out;
	uint16_t port;
	uint8_t width;	/* bytes of one datum: 1, 2 or 4 */
	uint32_t count; /* data; more than one means a string instruction */
	void *data;	/* width * count bytes, in the mapped kvm_run */
};

enum hc_next {
	HC_CONTINUE, /* run the guest on */
	HC_EXITED,   /* it asked to end */
	HC_HALTED,   /* it halted (run.c) */
	HC_FAILED,   /* its kernel gave up or broke the protocol; the user has been told */
};

/* The name of call `n` of those below HYPERCALLS; and does it move data? */
const char *hypercall_name(unsigned n);
bool hypercall_moves(unsigned n);

/* Is it one of the ports that hypercall_io() knows? */
bool hypercall_port(uint16_t port);

/* Does what the access asks for. */
enum hc_next hypercall_io(struct hypercalls *hc, const struct port_io *io);

#endif
