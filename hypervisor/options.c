/* SPDX-License-Identifier: MIT */
/* The command line. */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "vm.h"

#define VERSION	       "0.1"
#define MEMORY_DEFAULT (UINT64_C(512) << 20)

/* vmrun, the installed command, knows where its kernel lies; see install.mk. */
#ifdef KERNEL_PATH
#define NAME   "vmrun"
#define KERNEL "[-k kernel.bin]"
#define FLAT   "-k "
static const char *const installed_kernel = KERNEL_PATH;
#else
#define NAME   "hypervisor.elf"
#define KERNEL "kernel.bin"
#define FLAT
static const char *const installed_kernel = NULL;
#endif

static struct options options = {.memory = MEMORY_DEFAULT};

static const char usage_text[] =
	"usage: " NAME " [options] " KERNEL " program [args...]\n"
	"       " NAME " [options] " FLAT "flat.bin\n"
	"       " NAME " --real-mode [options] " FLAT "flat16.bin\n\n"
	"Runs an x86-64 Linux program on a kernel of its own, in a virtual machine;\n"
	"or a flat image alone, in 64-bit or in 16-bit real mode.\n\n"
	"  -k, --kernel FILE      the kernel or flat image, which then is no operand\n"
	"  -m, --memory SIZE      guest memory, with suffix K, M or G (default 512M, at least 4M)\n"
	"  -e, --env NAME=VALUE   add to the program's environment, which starts empty\n"
	"  -q, --quiet            don't print how the program ended\n"
	"      --root DIR         the program's paths are looked up beneath DIR, as if it were /\n"
	"      --no-files         the program has no files but stdin, stdout and stderr: it\n"
	"                         is a static one then, and no script\n"
	"      --timeout TIME     end it after that time, with status 124: seconds, or a\n"
	"                         number with suffix s, m, h or d\n"
	"      --cpu-time TIME    end it when it has used so much CPU time, likewise\n"
	"      --user UID[:GID]   be that user while the guest runs, if started as root\n"
	"      --no-sandbox       let the hypervisor keep its rights while the guest runs\n"
	"      --trace            show each hypercall on stderr\n"
	"      --trace=WHAT,...   show hypercalls, syscalls, or some of these, by their names\n"
	"                         or as %file %process %signal %memory %network %clock %creds\n"
	"                         %ipc; with ! before WHAT, all but those\n"
	"  -o, --trace-file FILE  show it in FILE\n"
	"  -c, --trace-count      show at the end how many system calls of each kind there were\n"
	"  -r, --trace-relative   begin each line with the time since the one before\n"
	"  -t, --trace-time       begin each line with the time of day\n"
	"      --stats            show at the end how often the guest was left, and for what\n"
	"      --real-mode        run a flat image in 16-bit real mode\n"
	"  -h, --help             show this\n"
	"  -V, --version          show the version\n\n"
	"The exit status is the program's; 128+n if signal n ended it; 124 after a\n"
	"time limit; 125 if the hypervisor or the kernel failed; 126 if the program\n"
	"can't be executed; 127 if it isn't there.\n";

static _Noreturn void usage_error(const char *problem, const char *word)
{
	char shown[256];

	die("%s '%s'; see --help", problem, escape(shown, sizeof(shown), word, strlen(word)));
}

/* Writes to stdout and exits; a --help that nobody can read is a failure. */
static _Noreturn void print_and_exit(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
		die("stdout: %m");
	exit(EXIT_SUCCESS);
}

/* "512M" to bytes. */
static uint64_t parse_size(const char *text)
{
	static const char suffixes[] = "KMG";
	unsigned long long number;
	const char *suffix;
	unsigned shift;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	suffix = *end ? strchr(suffixes, toupper((unsigned char)*end)) : NULL;
	if (!isdigit((unsigned char)*text) || errno || (*end && (!suffix || end[1])))
		usage_error("not a memory size:", text);
	shift = suffix ? 10 * (suffix - suffixes + 1) : 0;
	if (number > VM_MEMORY_MAX >> shift)
		usage_error("more memory than 512G:", text);
	number <<= shift;
	if (number < VM_MEMORY_MIN)
		usage_error("less memory than 4M:", text);
	if (number % 4096)
		usage_error("not a multiple of 4 KiB:", text);
	return number;
}

/* "2.5", "90s" or "1.5h" to seconds, as timeout(1) has them. */
static double parse_time(const char *text)
{
	static const struct {
		char suffix;
		double seconds;
	} units[] = {{'\0', 1}, {'s', 1}, {'m', 60}, {'h', 60 * 60}, {'d', 24 * 60 * 60}};
	const bool number = isdigit((unsigned char)*text) || *text == '.';
	char *end;
	double time = strtod(text, &end);

	for (size_t i = 0; number && end != text && i < sizeof(units) / sizeof(units[0]); i++)
		if (*end == units[i].suffix && (!*end || !end[1]) && time * units[i].seconds <= 1e9)
			return time * units[i].seconds;
	usage_error("not a time:", text);
}

enum { TRACE = 256, ROOT, TIMEOUT, CPU_TIME, USER };

static const struct option long_options[] = {
	{"kernel", required_argument, NULL, 'k'},
	{"memory", required_argument, NULL, 'm'},
	{"env", required_argument, NULL, 'e'},
	{"quiet", no_argument, &options.quiet, 1},
	{"root", required_argument, NULL, ROOT},
	{"no-files", no_argument, &options.no_files, 1},
	{"timeout", required_argument, NULL, TIMEOUT},
	{"cpu-time", required_argument, NULL, CPU_TIME},
	{"user", required_argument, NULL, USER},
	{"no-sandbox", no_argument, &options.no_sandbox, 1},
	{"trace", optional_argument, NULL, TRACE},
	{"trace-file", required_argument, NULL, 'o'},
	{"trace-count", no_argument, NULL, 'c'},
	{"trace-relative", no_argument, NULL, 'r'},
	{"trace-time", no_argument, NULL, 't'},
	{"stats", no_argument, &options.stats, 1},
	{"real-mode", no_argument, &options.real_mode, 1},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

/* How many long options begin with `word`, which may be an abbreviation. */
static unsigned count_options(const char *word)
{
	const size_t length = strcspn(word + 2, "=");
	unsigned n = 0;

	for (const struct option *o = long_options; o->name; o++)
		n += strncmp(o->name, word + 2, length) == 0;
	return n;
}

/* An option that getopt_long() doesn't take: `c` is its answer, `word` what was typed. */
static _Noreturn void option_error(int c, const char *word)
{
	char letter[] = {'-', optopt, '\0'};
	bool is_long = strncmp(word, "--", 2) == 0;
	const char *shown = is_long ? word : letter;

	if (c == ':')
		usage_error("an option without its argument:", shown);
	if (is_long && optopt)
		usage_error("an option that takes no argument:", shown);
	if (is_long && count_options(word) > 1)
		usage_error("more than one option begins so:", shown);
	usage_error("no such option:", shown);
}

/* Takes an option as getopt_long() tells it; `word` is what was typed. */
static void take_option(int c, const char *word)
{
	const char *unknown;

	switch (c) {
	case 0: /* one that has set its flag */
		break;
	case 'k':
		options.image = optarg;
		break;
	case 'm':
		options.memory = parse_size(optarg);
		break;
	case 'e':
		if (*optarg == '=' || !strchr(optarg, '='))
			usage_error("not NAME=VALUE:", optarg);
		options.env[options.envc++] = optarg;
		break;
	case 'q':
		options.quiet = 1;
		break;
	case ROOT:
		options.root = optarg;
		break;
	case TIMEOUT:
		options.timeout = parse_time(optarg);
		break;
	case CPU_TIME:
		options.cpu_time = parse_time(optarg);
		break;
	case USER:
		if (!user_parse(&options.user, optarg))
			usage_error("neither UID nor UID:GID, in numbers:", optarg);
		break;
	case TRACE:
		unknown = trace_take(&options.trace, optarg);
		if (unknown)
			usage_error("neither a system call nor a set of them:", unknown);
		break;
	case 'o':
		options.trace.file = optarg;
		break;
	case 'c':
		trace_flag(&options.trace, BOOT_TRACE_COUNT);
		break;
	case 'r':
		trace_flag(&options.trace, BOOT_TRACE_RELATIVE);
		break;
	case 't':
		trace_flag(&options.trace, BOOT_TRACE_TIME);
		break;
	case 'h':
		print_and_exit(usage_text);
	case 'V':
		print_and_exit(NAME " " VERSION "\n");
	default:
		option_error(c, word);
	}
}

/*
 * The first of `n` operands is the image, unless an option has named it. The rest is the program.
 */
static void take_operands(int n, char **operands)
{
	if (!options.image && n <= 0)
		die("no %s given; see --help", installed_kernel ? "program" : "image");
	if (!options.image)
		options.image = installed_kernel ? installed_kernel : *operands++;
	options.args = operands;
}

struct options *options_parse(int argc, char **argv)
{
	const char *word;
	int c;

	options.env = calloc(argc + 1, sizeof(*options.env));
	if (!options.env)
		die("no memory for the environment");
	opterr = 0;
	for (;;) {
		word = argv[optind];
		/* "+": options end at the first operand, what follows is the program's. */
		c = getopt_long(argc, argv, "+:k:m:e:qo:crthV", long_options, NULL);
		if (c == -1)
			break;
		take_option(c, word);
	}
	take_operands(argc - optind, argv + optind);
	if (options.real_mode && *options.args)
		usage_error("a real-mode image takes no arguments:", *options.args);
	return &options;
}
