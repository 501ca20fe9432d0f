/* SPDX-License-Identifier: MIT */
/* hypervisor.elf, or vmrun: the order of set-up, and how the end is told. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "boot.h"
#include "fdtable.h"
#include "hypercall.h"
#include "msg.h"
#include "options.h"
#include "program.h"
#include "run.h"
#include "sandbox.h"
#include "signals.h"
#include "timer.h"
#include "trace.h"
#include "user.h"
#include "vm.h"

/* Tells how the program ended. Returns the exit status. */
static int report(uint32_t exit_code, bool quiet)
{
	unsigned status = exit_code & 0xff;
	unsigned sig = exit_code >> 8;
	const char *name = signal_name(sig);

	if (quiet)
		;
	else if (name && exit_code == EXIT_KILLED(sig))
		msg("+++ killed by %s +++\n", name);
	else
		msg("+++ exited with %u +++\n", status);
	return status;
}

/*
 * Some functions here need 10 KiB of stack. With too small a limit, the user would see a SIGSEGV.
 */
static void check_stack(void)
{
	static const char text[] = "hypervisor: less than 128 KiB of stack (ulimit -s)\n";
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur >= 128 << 10)
		return;
	msg_raw(text, strlen(text));
	exit(STATUS_FAILED);
}

int main(int argc, char **argv)
{
	struct options *options;
	struct boot_params boot = {.open_fds = msg_init()};
	struct vm vm;
	struct fdtable fds;
	struct hostfiles files;
	struct hypercalls hypercalls = {.mem = &vm.mem, .fds = &fds, .files = &files};
	enum hc_next end;
	int output;

	check_stack();
	boot.ignored = signals_ignored();
	/* A write then fails by EPIPE or EFBIG, and the guest or the user is told. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	options = options_parse(argc, argv);
	boot.blocked = signals_init(options->quiet, options->timeout, options->cpu_time);

	hostfiles_init(&files, options->root, options->no_files, *options->args);
	program_find(&files);
	boot.memory = options->memory;
	boot.image = options->image;
	boot.real_mode = options->real_mode;
	boot.args = options->args;
	boot.env = options->env;
	boot.rooted = options->root || options->no_files;
	boot.no_files = options->no_files;
	output = trace_open(&options->trace);
	boot.trace = options->trace.syscalls ? &options->trace.wanted : NULL;
	boot_vm(&vm, &boot);
	timer_init(vm.run);
	hypercalls.trace = options->trace.hypercalls;
	fdtable_init(&fds, boot.open_fds);
	if (output >= 0) {
		hypercalls.outputs[0] = output;
		fdtable_put(&fds, FDTABLE_TRACE, output);
	}
	user_become(&options->user);
	if (!options->no_sandbox)
		sandbox_enter(vm.vcpu_fd, &files, hypercalls.outputs);
	end = run_vm(&vm, &hypercalls, !*options->args);
	if (options->stats) {
		msg("exits: %" PRIu64 "\n", vm.exits);
		hypercalls_report(&hypercalls);
	}
	if (end == HC_EXITED)
		return report(hypercalls.exit_code, options->quiet);
	if (end == HC_FAILED)
		return STATUS_FAILED;
	if (!options->quiet)
		msg("KVM_EXIT_HLT\n");
	return EXIT_SUCCESS;
}
