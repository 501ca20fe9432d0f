/* SPDX-License-Identifier: MIT */
/* --gdb and --step: a guest that is looked into while it runs. */
#include "debug.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../dump.h"
#include "../msg.h"
#include "step.h"
#include "stub.h"

struct debug {
	struct debug_options options;
	struct stub stub;
	char directory[PATH_MAX]; /* without a / at its end */
};

struct debug *debug_open(const struct debug_options *options)
{
	struct debug *debug;

	if (!options->gdb && !options->steps)
		return NULL;
	debug = calloc(1, sizeof(*debug));
	if (!debug)
		die("no memory for the debugger");
	debug->options = *options;
	debug->stub.link = (struct link){.in = -1, .out = -1, .listener = -1};
	if (options->gdb)
		link_open(&debug->stub.link, options->gdb);
	return debug;
}

void debug_begin(struct debug *debug, struct vm *vm, struct hypercalls *hc, bool hlt_is_exit,
		 const char *image, bool rooted)
{
	struct machine *machine = &debug->stub.machine;

	if (rooted || !getcwd(debug->directory, sizeof(debug->directory)) ||
	    strcmp(debug->directory, "/") == 0)
		debug->directory[0] = '\0';
	machine_init(machine, vm, hc, hlt_is_exit, image, debug->directory);
	if (!machine->intercepts && machine->kernel.known && debug->options.gdb)
		msg("hypervisor: this KVM (kvm_pvm) steps and stops ring 3 only by way of the "
		    "guest's kernel, and has no watchpoints: set can-use-hw-watchpoints 0\n");
	else if (!machine->intercepts && !machine->kernel.known)
		msg("hypervisor: this KVM (kvm_pvm) steps and stops ring 0 alone\n");
	if (debug->options.gdb)
		link_connect(&debug->stub.link, &vm->run->immediate_exit);
}

struct debug_fds debug_fds(const struct debug *debug)
{
	return (struct debug_fds){debug->stub.link.in, debug->stub.link.out};
}

enum hc_next debug_run(struct debug *debug)
{
	struct machine *machine = &debug->stub.machine;
	enum hc_next end = HC_CONTINUE;

	if (debug->options.steps)
		end = step_run(machine, debug->options.steps);
	if (end == HC_CONTINUE && debug->options.gdb)
		end = stub_run(&debug->stub);
	if (end == HC_CONTINUE)
		return run_vm(machine->vm, machine->hc, machine->hlt_is_exit);
	if (end == HC_FAILED)
		dump_vcpu(machine->vm);
	return end;
}
