/* SPDX-License-Identifier: MIT */
/* The command line. */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hypercall.h"
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
	"      --tmpfs DIR        what the program has at DIR, an absolute path, is files in\n"
	"                         guest memory, as in /tmp, /var/tmp, /run and /dev/shm\n"
	"      --output FILE      create or empty FILE, and let the program write to it; with\n"
	"                         FILE=PATH the program finds it at PATH, an absolute one\n"
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
	"      --core FILE        if a signal ends the program as it does with a core dump, or "
	"the\n"
	"                         kernel fails, write what it was to FILE, for gdb\n"
	"      --stats[=json]     show at the end exits and their reasons, hypercalls and what\n"
	"                         they moved, page faults and memory\n"
	"      --gdb PLACE        stop before the first instruction, and wait for gdb to connect:\n"
	"                         to a port of this host, to unix:PATH, or - for stdin and stdout\n"
	"      --step[=N]         show each instruction, or the first N, on stderr\n"
	"      --real-mode        run a flat image in 16-bit real mode\n"
	"      --binfmt           print the line that has Linux run files named *.vm in it\n"
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

/* Of this program, and of what it gives a kernel: see abi.h. */
static const char *version_text(void)
{
	static char text[128];

	snprintf(text, sizeof(text),
		 NAME " " VERSION " (boot info of %zu bytes, hypercalls up to 0x%x)\n",
		 sizeof(struct boot_info), PORT_OPEN + HYPERCALLS - 1);
	return text;
}

/* A line for /proc/sys/fs/binfmt_misc/register: Documentation/admin-guide/binfmt-misc.rst. */
static const char *binfmt_text(void)
{
	const size_t most = 127; /* bytes of the path, as that says */
	static char text[256];
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self));

	if (!installed_kernel)
		die("--binfmt is for the installed command, which knows its kernel");
	if (length < 0)
		die("/proc/self/exe: %m");
	if ((size_t)length > most || memchr(self, ':', length))
		die("binfmt_misc takes a path of %zu bytes without a colon", most);
	snprintf(text, sizeof(text), ":vmrun:E::vm::%.*s:\n", (int)length, self);
	return text;
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

/* A number of instructions, at least 1. */
static uint64_t parse_count(const char *text)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || errno || *end || !number)
		usage_error("not a number of instructions:", text);
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

enum { TRACE = 256, ROOT, TMPFS, OUTPUT, TIMEOUT, CPU_TIME, USER, CORE, STATS, GDB, STEP, BINFMT };

static const struct option long_options[] = {
	{"kernel", required_argument, NULL, 'k'},
	{"memory", required_argument, NULL, 'm'},
	{"env", required_argument, NULL, 'e'},
	{"quiet", no_argument, &options.quiet, 1},
	{"root", required_argument, NULL, ROOT},
	{"tmpfs", required_argument, NULL, TMPFS},
	{"output", required_argument, NULL, OUTPUT},
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
	{"core", required_argument, NULL, CORE},
	{"stats", optional_argument, NULL, STATS},
	{"gdb", required_argument, NULL, GDB},
	{"step", optional_argument, NULL, STEP},
	{"real-mode", no_argument, &options.real_mode, 1},
	{"binfmt", no_argument, NULL, BINFMT},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

/* A path that a tmpfs can be mounted at: absolute, and as the kernel's own are written. */
static void take_tmpfs(char *path)
{
	size_t length = strlen(path);
	bool plain = *path == '/';

	while (length > 1 && path[length - 1] == '/')
		path[--length] = '\0';
	for (const char *at = path; *at && plain; at += 1 + strcspn(at + 1, "/")) {
		size_t part = strcspn(at + 1, "/");

		plain = part > 0 && part <= NAME_MAX && strncmp(at + 1, ".", part) != 0 &&
			strncmp(at + 1, "..", part) != 0;
	}
	if (!plain || length >= PATH_MAX)
		usage_error("no absolute path of a directory, without '.', '..' and '//':", path);
	if (options.tmpfs_count == TMPFS_MAX)
		usage_error("too many --tmpfs:", path);
	options.tmpfs[options.tmpfs_count++] = path;
}

static void take_output(char *text)
{
	const char *problem = output_take(&options.outputs, text);

	if (problem)
		usage_error(problem, text);
}

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

/* Takes an option that is about traces. False: it is none. */
static bool take_trace_option(int c)
{
	const char *unknown;

	switch (c) {
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
	default:
		return false;
	}
	return true;
}

/* Takes an option as getopt_long() tells it; `word` is what was typed. */
static void take_option(int c, const char *word)
{
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
	case TMPFS:
		take_tmpfs(optarg);
		break;
	case OUTPUT:
		take_output(optarg);
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
	case STATS:
		if (optarg && strcmp(optarg, "json") != 0)
			usage_error("not json:", optarg);
		options.stats = optarg ? STATS_JSON : STATS_TEXT;
		break;
	case CORE:
		options.core = optarg;
		break;
	case GDB:
		options.debug.gdb = optarg;
		break;
	case STEP:
		options.debug.steps = optarg ? parse_count(optarg) : UINT64_MAX;
		break;
	case 'h':
		print_and_exit(usage_text);
	case 'V':
		print_and_exit(version_text());
	case BINFMT:
		print_and_exit(binfmt_text());
	default:
		if (!take_trace_option(c))
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
