/* SPDX-License-Identifier: MIT */
/* hypervisor.elf, or vmrun: the order of set-up, and how the end is told. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "boot.h"
#include "core.h"
#include "debug/debug.h"
#include "fdtable.h"
#include "hypercall.h"
#include "msg.h"
#include "options.h"
#include "output.h"
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
	const unsigned first_realtime = 32, last = 64; /* SIGRT_n, as strace(1) calls them */
	const bool killed = sig <= last && exit_code == EXIT_KILLED(sig);
	const char *name = signal_name(sig);

	if (quiet)
		;
	else if (killed && name)
		msg("+++ killed by %s +++\n", name);
	else if (killed && sig >= first_realtime)
		msg("+++ killed by SIGRT_%u +++\n", sig - first_realtime);
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

/* Opens what the guest is to write a trace and a core to, and the files of --output. */
static void open_outputs(struct hypercalls *hc, struct options *options)
{
	const int image = options->outputs.count ? open(options->image, O_PATH | O_CLOEXEC) : -1;
	int trace;

	output_open(&options->outputs);
	if (*options->args)
		output_refuse(&options->outputs, hc->files->granted[HOSTFILE_PROGRAM].host,
			      "program");
	output_refuse(&options->outputs, image, "image");
	if (image >= 0)
		close(image);
	trace = trace_open(&options->trace);
	if (trace >= 0)
		hc->outputs[OUTPUT_TRACE] = trace;
	if (options->core)
		hc->outputs[OUTPUT_CORE] = core_open(options->core);
	for (unsigned i = 0; i < options->outputs.count; i++)
		hc->outputs[OUTPUT_FIRST + i] = options->outputs.host[i];
}

/* Gives the guest an fd for each of them. */
static void give_outputs(struct hypercalls *hc, const struct output_files *files)
{
	if (hc->outputs[OUTPUT_TRACE])
		fdtable_put(hc->fds, FDTABLE_TRACE, hc->outputs[OUTPUT_TRACE]);
	if (hc->outputs[OUTPUT_CORE])
		fdtable_put(hc->fds, FDTABLE_CORE, hc->outputs[OUTPUT_CORE]);
	for (unsigned i = 0; i < files->count; i++)
		fdtable_put(hc->fds, FDTABLE_OUTPUT - i, files->host[i]);
}

int main(int argc, char **argv)
{
	struct options *options;
	struct boot_params boot = {.open_fds = msg_init()};
	struct vm vm;
	struct fdtable fds;
	struct hostfiles files;
	struct hypercalls hypercalls = {.mem = &vm.mem, .fds = &fds, .files = &files};
	struct debug *debug;
	enum hc_next end;

	check_stack();
	boot.ignored = signals_ignored();
	/* A write then fails by EPIPE or EFBIG, and the guest or the user is told. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	options = options_parse(argc, argv);
	debug = debug_open(&options->debug);
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
	boot.tmpfs = options->tmpfs;
	boot.outputs = options->outputs.name;
	boot.output_names = hypercalls.output_names;
	/* Where nothing tells the guest of them, in real mode, no value names one. */
	memset(hypercalls.output_names, 0xff, sizeof(hypercalls.output_names));
	open_outputs(&hypercalls, options);
	boot.core_fd = options->core ? FDTABLE_CORE : 0;
	boot.trace = options->trace.syscalls ? &options->trace.wanted : NULL;
	boot_vm(&vm, &boot);
	timer_init(vm.run);
	hypercalls.trace = options->trace.hypercalls;
	fdtable_init(&fds, boot.open_fds);
	give_outputs(&hypercalls, &options->outputs);
	if (debug)
		debug_begin(debug, &vm, &hypercalls, !*options->args, options->image, boot.rooted);
	user_become(&options->user);
	if (!options->no_sandbox)
		sandbox_enter(vm.vcpu_fd, &files, hypercalls.outputs, options->stats, debug);
	/* Now that nothing is left that could go wrong: what they held is gone then. */
	output_empty(&options->outputs);
	end = debug ? debug_run(debug) : run_vm(&vm, &hypercalls, !*options->args);
	stats_report(options->stats, &vm, &hypercalls);
	if (end == HC_EXITED)
		return report(hypercalls.exit_code, options->quiet);
	if (end == HC_FAILED && options->core)
		core_write(&vm, hypercalls.outputs[OUTPUT_CORE]);
	if (end == HC_FAILED)
		return STATUS_FAILED;
	if (!options->quiet)
		msg("KVM_EXIT_HLT\n");
	return EXIT_SUCCESS;
}
