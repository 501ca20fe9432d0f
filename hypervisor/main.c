/* SPDX-License-Identifier: MIT */
/* hypervisor.elf: the command line, and the order of set-up. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "boot.h"
#include "fdtable.h"
#include "hypercall.h"
#include "longmode.h"
#include "msg.h"
#include "run.h"
#include "vm.h"

#define VERSION	       "0.1"
#define MEMORY_DEFAULT (UINT64_C(512) << 20)

struct options {
	uint64_t memory;
	char **env; /* ends with NULL */
	size_t envc;
	bool quiet;
	bool trace;
	bool trace_syscalls;
	bool stats;
	bool real_mode;
	const char *root; /* NULL: the host's */
	bool no_files;
	const char *image;
	char **args; /* of the guest: the user ELF and its arguments; ends with NULL */
};

static const char usage_text[] =
	"usage: hypervisor.elf [options] kernel.bin user.elf [args...]\n"
	"       hypervisor.elf [options] flat.bin\n"
	"       hypervisor.elf --real-mode [options] flat16.bin\n"
	"\n"
	"Runs user.elf, a static x86-64 Linux program, on kernel.bin in a virtual\n"
	"machine; or a flat image alone, in 64-bit or in 16-bit real mode.\n"
	"\n"
	"  -m, --memory SIZE      guest memory, with suffix K, M or G (default 512M, at least 4M)\n"
	"  -e, --env NAME=VALUE   add to the program's environment, which starts empty\n"
	"  -q, --quiet            don't print how the program ended\n"
	"      --root DIR         the program's paths are looked up beneath DIR, as if it were /\n"
	"      --no-files         the program has no files but stdin, stdout and stderr\n"
	"      --trace            show each hypercall on stderr\n"
	"      --trace=syscalls   show each system call of the program there\n"
	"      --stats            show at the end how often the guest was left, and for what\n"
	"      --real-mode        run a flat image in 16-bit real mode\n"
	"  -h, --help             show this\n"
	"  -V, --version          show the version\n"
	"\n"
	"The exit status is the program's; 128+n if signal n ended it; 125 if the\n"
	"hypervisor or the kernel failed, 126 if user.elf can't be executed, 127 if\n"
	"it isn't there.\n";

static _Noreturn void usage_error(const char *problem, const char *word)
{
	char shown[256];

	die("%s '%s'; see --help", problem, escape(shown, sizeof(shown), word, strlen(word)));
}

/* getopt has met an option that isn't there: a word, or in optopt a letter of one. */
static _Noreturn void bad_option(const char *word)
{
	char letter[] = {'-', optopt, '\0'};

	if (strncmp(word, "--", 2) != 0)
		word = letter;
	usage_error(strchr(word, '=') ? "no such option, or it takes no argument:"
				      : "no such option:",
		    word);
}

/* Writes to stdout and exits; a --help that nobody can read is a failure. */
static _Noreturn void print_and_exit(const char *text, unsigned open_fds)
{
	if (!(open_fds & 1 << STDOUT_FILENO))
		die("stdout is closed");
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
		die("stdout: %m");
	exit(EXIT_SUCCESS);
}

/* "512M" to bytes. */
static uint64_t parse_size(const char *text)
{
	static const char suffixes[] = "KMG";
	const char *suffix = suffixes;
	unsigned long long number;
	unsigned shift = 0;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || errno)
		usage_error("not a memory size:", text);
	if (*end) {
		suffix = strchr(suffixes, toupper((unsigned char)*end));
		if (!suffix || end[1])
			usage_error("not a memory size:", text);
		shift = 10 * (suffix - suffixes + 1);
	}
	if (number > VM_MEMORY_MAX >> shift)
		usage_error("more memory than 512G:", text);
	number <<= shift;
	if (number < VM_MEMORY_MIN)
		usage_error("less memory than 4M:", text);
	if (number % 4096)
		usage_error("not a multiple of 4 KiB:", text);
	return number;
}

static void parse_options(struct options *options, int argc, char **argv, unsigned open_fds)
{
	enum { OPTION_TRACE = 256, OPTION_STATS, OPTION_REAL_MODE, OPTION_ROOT, OPTION_NO_FILES };
	static const struct option long_options[] = {
		{"memory", required_argument, NULL, 'm'},
		{"env", required_argument, NULL, 'e'},
		{"quiet", no_argument, NULL, 'q'},
		{"trace", optional_argument, NULL, OPTION_TRACE},
		{"stats", no_argument, NULL, OPTION_STATS},
		{"real-mode", no_argument, NULL, OPTION_REAL_MODE},
		{"root", required_argument, NULL, OPTION_ROOT},
		{"no-files", no_argument, NULL, OPTION_NO_FILES},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int c;

	*options = (struct options){.memory = MEMORY_DEFAULT};
	options->env = calloc(argc + 1, sizeof(*options->env));
	if (!options->env)
		die("no memory for the environment");
	/* "+": options end at the first operand, what follows is the program's. */
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:m:e:qhV", long_options, NULL)) != -1) {
		switch (c) {
		case 'm':
			options->memory = parse_size(optarg);
			break;
		case 'e':
			if (*optarg == '=' || !strchr(optarg, '='))
				usage_error("not NAME=VALUE:", optarg);
			options->env[options->envc++] = optarg;
			break;
		case 'q':
			options->quiet = true;
			break;
		case OPTION_TRACE:
			if (!optarg || strcmp(optarg, "hypercalls") == 0)
				options->trace = true;
			else if (strcmp(optarg, "syscalls") == 0)
				options->trace_syscalls = true;
			else
				usage_error("neither hypercalls nor syscalls:", optarg);
			break;
		case OPTION_STATS:
			options->stats = true;
			break;
		case OPTION_REAL_MODE:
			options->real_mode = true;
			break;
		case OPTION_ROOT:
			options->root = optarg;
			break;
		case OPTION_NO_FILES:
			options->no_files = true;
			break;
		case 'h':
			print_and_exit(usage_text, open_fds);
		case 'V':
			print_and_exit("hypervisor.elf " VERSION "\n", open_fds);
		case ':':
			usage_error("no argument to option", argv[optind - 1]);
		default:
			bad_option(argv[optind - 1]);
		}
	}
	if (optind >= argc)
		die("no image given; see --help");
	options->image = argv[optind];
	options->args = argv + optind + 1;
	if (options->real_mode && *options->args)
		usage_error("a real-mode image takes no arguments:", *options->args);
}

/* Loads the image and puts the vCPU before its first instruction. */
static void boot(const struct vm *vm, const struct options *options, unsigned open_fds)
{
	const struct boot_params params = {
		.args = options->args,
		.env = options->env,
		.open_fds = open_fds,
		.rooted = options->root || options->no_files,
		.trace_syscalls = options->trace_syscalls,
		.tsc_khz = vm->tsc_khz,
		.xcr0 = vm->xcr0,
	};
	struct kvm_sregs sregs;
	struct kvm_regs regs;

	boot_load_image(&vm->mem, options->image);
	if (ioctl(vm->vcpu_fd, KVM_GET_SREGS, &sregs) < 0)
		die("KVM_GET_SREGS: %m");
	if (ioctl(vm->vcpu_fd, KVM_GET_REGS, &regs) < 0)
		die("KVM_GET_REGS: %m");
	if (options->real_mode) {
		realmode_sregs(&sregs);
		regs.rip = 0;
	} else {
		longmode_page_tables(&vm->mem);
		longmode_sregs(&sregs);
		boot_registers(&vm->mem, &params, &regs);
	}
	if (ioctl(vm->vcpu_fd, KVM_SET_SREGS, &sregs) < 0)
		die("KVM_SET_SREGS: %m");
	if (ioctl(vm->vcpu_fd, KVM_SET_REGS, &regs) < 0)
		die("KVM_SET_REGS: %m");
}

static bool quiet; /* for the signal handler */

/* Says so and dies of the signal: the shell must see that Ctrl-C ended its command. */
static void end_by_signal(int sig)
{
	static const char interrupt[] = "+++ killed by SIGINT +++\n";
	static const char terminate[] = "+++ killed by SIGTERM +++\n";
	static const char hangup[] = "+++ killed by SIGHUP +++\n";

	sigset_t set;

	if (quiet)
		;
	else if (sig == SIGINT)
		msg_raw(interrupt, sizeof(interrupt) - 1);
	else if (sig == SIGTERM)
		msg_raw(terminate, sizeof(terminate) - 1);
	else
		msg_raw(hangup, sizeof(hangup) - 1);
	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
	/* The first process of a PID namespace survives its own signal. */
	_exit(STATUS_SIGNAL(sig));
}

static void handle_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = end_by_signal};
	struct sigaction old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		/* A signal that was ignored, as nohup does, stays so. */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

/* Tells how the program ended. Returns the exit status. */
static int report(uint32_t exit_code)
{
	unsigned status = exit_code & 0xff;
	unsigned sig = exit_code >> 8;
	const char *name = sig && sig < NSIG ? sigabbrev_np(sig) : NULL;

	if (quiet)
		;
	else if (name && exit_code == EXIT_KILLED(sig))
		msg("+++ killed by SIG%s +++\n", name);
	else
		msg("+++ exited with %u +++\n", status);
	return status;
}

int main(int argc, char **argv)
{
	unsigned open_fds = msg_init();
	struct options options;
	struct hypercalls hypercalls;
	struct hostfiles files;
	struct fdtable fds;
	struct vm vm;
	enum run_end end;
	bool flat;

	/* A write then fails with EPIPE or EFBIG, which the guest or a message gets to see. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	parse_options(&options, argc, argv, open_fds);
	quiet = options.quiet;
	flat = !*options.args;

	vm_create(&vm, options.memory);
	boot(&vm, &options, open_fds);
	fdtable_init(&fds, open_fds);
	hostfiles_init(&files, options.root, options.no_files, *options.args);
	hypercalls_init(&hypercalls, &vm.mem, &fds, &files, options.trace);
	handle_signals();
	end = run_vm(&vm, &hypercalls, flat);
	if (options.stats) {
		msg("exits: %" PRIu64 "\n", vm.exits);
		hypercalls_report(&hypercalls);
	}
	switch (end) {
	case RUN_EXITED:
		return report(hypercalls.exit_code);
	case RUN_HALTED:
		if (!quiet)
			msg("KVM_EXIT_HLT\n");
		return EXIT_SUCCESS;
	default:
		return STATUS_FAILED;
	}
}
