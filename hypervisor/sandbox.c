/* SPDX-License-Identifier: MIT */
/* The cage: what is left to the hypervisor once it has set up and runs the guest. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kvm.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fdtable.h"
#include "filter.h"
#include "hostcheck.h"
#include "msg.h"
#include "signals.h"
#include "timer.h"

/* Host fds: the guest's, /dev/null in place of fds 0 to 2, and what the hypervisor holds. */
#define FDS_MAX (FDTABLE_SIZE + FDTABLE_STD + 8)
_Static_assert(HOSTFILE_NUMBERS >= FDS_MAX, "each has a name in /proc/self/fd");

static void must(bool done, const char *what)
{
	if (!done)
		die("sandbox: %s: %m; --no-sandbox runs without it", what);
}

/* EPERM: it is lower already, and only root could raise it. */
static void limit(int resource, rlim_t most)
{
	must(setrlimit(resource, &(struct rlimit){most, most}) == 0 || errno == EPERM, "setrlimit");
}

/* Landlock, where the kernel has it: files and directories beneath the root are read, no more. */
static void restrict_files(const struct hostfiles *files)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	/* All rights that this version knows: Documentation/userspace-api/landlock.rst */
	unsigned rights = version < 2 ? 13 : version < 3 ? 14 : version < 5 ? 15 : 16;
	struct landlock_ruleset_attr all = {.handled_access_fs = (UINT64_C(1) << rights) - 1};
	struct landlock_path_beneath_attr read = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
		.parent_fd = files->root == AT_FDCWD ? open("/", O_PATH | O_CLOEXEC) : files->root,
	};
	int ruleset = version < 1 ? -1 : syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);

	must(read.parent_fd >= 0, "/");
	if (version >= 1 && !files->none)
		must(syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &read,
			     0) == 0,
		     "landlock_add_rule");
	if (version >= 1)
		must(syscall(SYS_landlock_restrict_self, ruleset, 0) == 0, "Landlock");
	close(ruleset);
	if (read.parent_fd != files->root)
		close(read.parent_fd);
}

#ifdef __GLIBC__
#define IS_GLIBC true
#else
#define IS_GLIBC false /* musl sets FD_CLOEXEC twice */
#endif

/* Joins two tables of rules. A call that has several is allowed by any of them. */
static size_t join_rules(struct rule all[RULES_MAX], const struct rule *rules, size_t count,
			 const struct rule *more, size_t more_count)
{
	size_t next = 0, length = 0;

	if (count + more_count > RULES_MAX)
		die("sandbox: too many rules");
	for (size_t i = 0; i < count; i++) {
		while (next < more_count && more[next].call < rules[i].call)
			all[length++] = more[next++];
		all[length++] = rules[i];
	}
	while (next < more_count)
		all[length++] = more[next++];
	return length;
}

#define COUNT(rules) (sizeof(rules) / sizeof((rules)[0]))

/* With --gdb or --step: rules beside the usual ones. Only then are they there at all. */
static void restrict_debugged_calls(const struct rule *usual, size_t count, int vcpu_fd,
				    struct debug_fds gdb)
{
	const struct rule rules[] = {
		/* Answers to gdb. */
		ALLOW(SYS_write, IS(0, gdb.out)),
		/* Memory for what gdb is told. */
		ALLOW(SYS_mmap, IS(2, PROT_READ | PROT_WRITE), IS(3, MAP_PRIVATE | MAP_ANONYMOUS)),
		ALLOW(SYS_munmap),
		ALLOW(SYS_brk),
		/* Looks into the vCPU, and changes it. */
		ALLOW(SYS_ioctl, IS(0, vcpu_fd),
		      IS(1, KVM_SET_GUEST_DEBUG, KVM_GET_REGS, KVM_SET_REGS, KVM_GET_SREGS,
			 KVM_SET_SREGS, KVM_GET_XSAVE, KVM_SET_XSAVE)),
		/* Memory, too. */
		ALLOW(SYS_mremap),
	};
	struct rule all[RULES_MAX];

	filter_install(all, join_rules(all, usual, count, rules, COUNT(rules)), SYS_pread64);
}

/* Beside the other rules: what the hypervisor does with paths, and with what they name. */
static void restrict_lookups(const struct rule *others, size_t count, int vcpu_fd,
			     const struct hostfiles *files, const struct debug *debug)
{
	const struct rule rules[] = {
		/* A file that was looked at: does its file system keep data? */
		ALLOW(SYS_fstatfs),
		/* Looks at a file where there is no openat2; O_PATH opens it for nothing. */
		ALLOW_UNLESS(files->none || files->openat2, SYS_openat, IS(0, AT_FDCWD),
			     IS(2, HOSTFILE_LOOK, HOSTFILE_LOOK_LINK)),
		/* Opens for reading what was looked at, by the number of its fd. */
		ALLOW_UNLESS(files->none || files->proc < 0, SYS_openat, IS(0, files->proc),
			     IS_WITHIN(1, hostfile_numbers), IS(2, HOSTFILE_READ)),
		/* Where a link leads that was looked at: of an fd, by no path. */
		ALLOW_UNLESS(files->none, SYS_readlinkat, IS_POINTER(1, hostcheck_itself)),
		/* What an fd is: one that was looked at, or that the guest has. By no path. */
		ALLOW(SYS_statx, IS_POINTER(1, hostcheck_itself), IS(2, AT_EMPTY_PATH)),
		/* Looks at a file, beneath the root. */
		ALLOW_UNLESS(files->none || !files->openat2, SYS_openat2, IS(0, files->root),
			     IS_ONE(2, files->look, HOSTFILE_LOOKS), IS(3, sizeof(*files->look))),
	};
	struct rule all[RULES_MAX];
	const size_t length = join_rules(all, others, count, rules, COUNT(rules));

	if (debug)
		restrict_debugged_calls(all, length, vcpu_fd, debug_fds(debug));
	else
		filter_install(all, length, SYS_pread64);
}

/* Host fds that a rule names. */
struct fds {
	int fd[4 + HOSTFILE_OUTPUTS];
	size_t count;
};
#define IS_FD(kind, fds) CONDITION(kind, 0, (fds).fd, sizeof(int), (fds).count)

/* How many files of --output there are. */
static size_t count_files(const int outputs[HOSTFILE_OUTPUTS])
{
	size_t n = 0;

	while (n < OUTPUTS_MAX && outputs[OUTPUT_FIRST + n])
		n++;
	return n;
}

static void add_outputs(struct fds *fds, const int outputs[HOSTFILE_OUTPUTS])
{
	for (size_t i = 0; i < HOSTFILE_OUTPUTS; i++)
		if (outputs[i])
			fds->fd[fds->count++] = outputs[i];
}

/* That can be written to. */
static struct fds fds_written(const int outputs[HOSTFILE_OUTPUTS])
{
	struct fds fds = {
		.fd = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, msg_fd},
		.count = 4,
	};

	add_outputs(&fds, outputs);
	return fds;
}

/* That can't be closed. */
static struct fds fds_kept(int vcpu_fd, const struct hostfiles *files,
			   const int outputs[HOSTFILE_OUTPUTS])
{
	struct fds fds = {
		.fd = {msg_fd, vcpu_fd, files->root, files->proc},
		.count = 4,
	};

	add_outputs(&fds, outputs);
	return fds;
}

/* Every system call that the hypervisor makes from here on, and why; in the order of numbers. */
static void restrict_calls(int vcpu_fd, const struct hostfiles *files,
			   const int outputs[HOSTFILE_OUTPUTS], bool stats,
			   const struct debug *debug)
{
	const char *const no_mask = NULL, *const no_bytes = NULL;
	const struct fds written = fds_written(outputs);
	const struct fds kept = fds_kept(vcpu_fd, files, outputs);
	const size_t files_out = count_files(outputs);
	const struct rule rules[] = {
		/* Hypercalls. What must not be read was not opened for reading. */
		ALLOW(SYS_read),
		/* Hypercalls, to what the user gave and nothing that was opened; messages. */
		ALLOW(SYS_write, IS_FD(ONE_OF, written)),
		/* Files of the guest. An fd that a rule names stays open, and so that file's. */
		ALLOW(SYS_close, IS_FD(NONE_OF, kept)),
		/* Is there room for a message, or for a byte of the console? */
		ALLOW(SYS_poll),
		/* Hypercalls. */
		ALLOW(SYS_lseek),
		/* The end by a signal: its action is the default again, */
		ALLOW(SYS_rt_sigaction, IS_POINTER(1, signals_default)),
		/* and it is let in. */
		ALLOW(SYS_rt_sigprocmask, IS(0, SIG_UNBLOCK)),
		/* Back from the handler of the guest's timer, or from gdb's. It gives no new right.
		 */
		ALLOW(SYS_rt_sigreturn),
		/* Runs the guest. */
		ALLOW(SYS_ioctl, IS(0, vcpu_fd), IS(1, KVM_RUN)),
		/* Hypercalls. */
		ALLOW(SYS_pread64),
		/* The end by a signal: the one that has come is sent again. */
		ALLOW(SYS_kill, IS(0, getpid()),
		      IS(1, SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGSYS, SIGRTMIN)),
		/* Opens of the random devices: a copy of the fd. */
		ALLOW(SYS_fcntl, IS(1, F_DUPFD_CLOEXEC)),
		ALLOW_UNLESS(IS_GLIBC, SYS_fcntl, IS(1, F_SETFD), IS(2, FD_CLOEXEC)), /* musl's */
		/* --output: the guest empties one of these files. */
		ALLOW_UNLESS(!files_out, SYS_ftruncate,
			     CONDITION(ONE_OF, 0, outputs + OUTPUT_FIRST, sizeof(int), files_out),
			     IS_POINTER(1, no_bytes)),
		/* --stats. */
		ALLOW_UNLESS(!stats, SYS_getrusage, IS(0, RUSAGE_SELF)),
#ifdef __SANITIZE_ADDRESS__
		/* The sanitizer's, before a function that doesn't return. */
		ALLOW(SYS_sigaltstack),
#endif
		/* Hypercalls. What was opened is a file or directory that the guest may read. */
		ALLOW(SYS_getdents64),
		/* A sleep goes on after SIGSTOP and SIGCONT. */
		ALLOW(SYS_restart_syscall),
		/* The guest's timer, which was made before. Those of the limits stay as they are.
		 */
		ALLOW_UNLESS(timer_id() < 0, SYS_timer_settime, IS(0, timer_id()), IS(1, 0)),
		/* --cpu-time. */
		ALLOW(SYS_clock_gettime, IS(0, CLOCK_PROCESS_CPUTIME_ID)),
		/* The hypercall that sleeps. */
		ALLOW(SYS_clock_nanosleep, IS(0, CLOCK_MONOTONIC), IS(1, 0)),
		/* The end. */
		ALLOW(SYS_exit_group),
		/* Waits for the guest's files, with the mask of signals as it is. */
		ALLOW(SYS_ppoll, IS_POINTER(2, timer_timeout()), IS_POINTER(3, no_mask)),
	};

	restrict_lookups(rules, COUNT(rules), vcpu_fd, files, debug);
}

void sandbox_enter(int vcpu_fd, const struct hostfiles *files, const int outputs[HOSTFILE_OUTPUTS],
		   bool stats, const struct debug *debug)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct no_capabilities[2] = {0};

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	/* No core dump has the guest's memory, and no debugger of the same user reads it. */
	must(prctl(PR_SET_DUMPABLE, 0) == 0, "PR_SET_DUMPABLE");
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NPROC, 0);
	limit(RLIMIT_NOFILE, FDS_MAX);
	restrict_files(files);
	must(syscall(SYS_capset, &header, no_capabilities) == 0, "capset");
	restrict_calls(vcpu_fd, files, outputs, stats, debug);
}
