/* SPDX-License-Identifier: MIT */
/* The cage: what is left to the hypervisor once it has set up and runs the guest. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/kvm.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fdtable.h"
#include "msg.h"
#include "signals.h"

static void must(bool done, const char *what)
{
	if (!done)
		die("sandbox: %s: %m; --no-sandbox runs without it", what);
}

/* A limit that is lower already, and that only root could raise, is as good. */
static void limit(int resource, rlim_t most)
{
	must(setrlimit(resource, &(struct rlimit){most, most}) == 0 || errno == EPERM, "setrlimit");
}

/* Where the kernel has Landlock: files are read, beneath the root, and that is all. */
static void restrict_files(const struct hostfiles *files)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	/* All rights that this version knows: Documentation/userspace-api/landlock.rst */
	unsigned rights = version < 2 ? 13 : version < 3 ? 14 : version < 5 ? 15 : 16;
	struct landlock_ruleset_attr all = {.handled_access_fs = (UINT64_C(1) << rights) - 1};
	struct landlock_path_beneath_attr read = {
		.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE,
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

/*
 * The filter's language: linux/filter.h. The call's number is in A where a rule
 * begins. Of an argument that isn't a pointer the low half is compared: the
 * kernel takes it as an int.
 */
#define LOAD(field)	   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(n, is) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(is), 0, n)
#define RETURN(action)	   BPF_STMT(BPF_RET | BPF_K, action)
#define IF_ARG(n, arg, is) LOAD(args[arg]), SKIP_UNLESS(n, is)

#define IF_POINTER(n, arg, is)                                                                     \
	IF_ARG((n) + 2, arg, (uintptr_t)(is)),                                                     \
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[arg]) + 4),  \
		SKIP_UNLESS(n, (uintptr_t)(is) >> 32)

/* Allows a call, if the arguments named have these values. */
#define ALLOW		     RETURN(SECCOMP_RET_ALLOW), LOAD(nr)
#define CALL(call)	     SKIP_UNLESS(1, call), RETURN(SECCOMP_RET_ALLOW)
#define CALL1(call, arg, is) SKIP_UNLESS(4, call), IF_ARG(1, arg, is), ALLOW
#define CALL2(call, arg, is, arg2, is2)                                                            \
	SKIP_UNLESS(6, call), IF_ARG(3, arg, is), IF_ARG(1, arg2, is2), ALLOW
#define OPENAT2(call, root, how)                                                                   \
	SKIP_UNLESS(10, call), IF_ARG(7, 0, root), IF_POINTER(3, 2, how),                          \
		IF_ARG(1, 3, sizeof(*(how))), ALLOW

/*
 * Rules that calls with smaller numbers skip. What a filter costs is that Linux
 * tries each of its numbers when it takes it, to keep those answers that don't
 * depend on arguments.
 */
#define FROM(call, ...)                                                                            \
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, call, 0,                                               \
		 sizeof((struct sock_filter[]){__VA_ARGS__}) / sizeof(struct sock_filter)),        \
		__VA_ARGS__

/* Every system call that the hypervisor makes from here on, and why. */
static void restrict_calls(int vcpu_fd, const struct hostfiles *files)
{
	const struct open_how *look = &files->ways[HOSTFILE_LOOK];
	const struct open_how *read = &files->ways[HOSTFILE_READ];
	/* No call has the number -1. */
	const int openat2 = files->none || !files->openat2 ? -1 : SYS_openat2;
	const int openat = files->none || files->openat2 ? -1 : SYS_openat;
	struct sock_filter code[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		/*
		 * Opens, in one of two ways that lie in memory which nothing here can
		 * change; sleep, to go on after SIGSTOP and SIGCONT, too; and the end.
		 */
		FROM(SYS_fstatfs, OPENAT2(openat2, files->root, look),
		     OPENAT2(openat2, files->root, read),
		     CALL2(openat, 0, AT_FDCWD, 2, look->flags),
		     CALL2(openat, 0, AT_FDCWD, 2, read->flags), CALL(SYS_fstatfs),
		     CALL2(SYS_clock_nanosleep, 0, CLOCK_MONOTONIC, 1, 0),
		     CALL(SYS_restart_syscall), CALL(SYS_exit_group), RETURN(SECCOMP_RET_TRAP)),
		/* runs the guest */
		CALL2(SYS_ioctl, 0, vcpu_fd, 1, KVM_RUN),
		/* hypercalls; what is written to is the three fds that were given */
		CALL(SYS_read),
		CALL1(SYS_write, 0, STDOUT_FILENO),
		CALL1(SYS_write, 0, STDERR_FILENO),
		CALL1(SYS_write, 0, STDIN_FILENO),
		CALL(SYS_lseek),
		CALL(SYS_close),
		CALL(SYS_fstat), /* of what was opened */
		SKIP_UNLESS(8, SYS_fcntl),
		LOAD(args[0]),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, msg_fd, 0, 5), /* an fd that was opened */
		IF_ARG(3, 1, F_SETFL),
		IF_ARG(1, 2, O_RDONLY | O_LARGEFILE), /* which musl adds; glibc's is 0 */
		ALLOW,
		CALL1(SYS_fcntl, 1, F_DUPFD_CLOEXEC), /* /dev/urandom's */
#ifndef __GLIBC__
		CALL2(SYS_fcntl, 1, F_SETFD, 2, FD_CLOEXEC), /* musl says it twice */
#endif
		/* messages, and the byte console */
		CALL1(SYS_write, 0, msg_fd),
		CALL(SYS_poll),
		/* the end by a signal */
		CALL2(SYS_kill, 0, getpid(), 1, SIGINT),
		CALL2(SYS_kill, 0, getpid(), 1, SIGTERM),
		CALL2(SYS_kill, 0, getpid(), 1, SIGHUP),
		CALL2(SYS_kill, 0, getpid(), 1, SIGSYS),
		CALL1(SYS_rt_sigprocmask, 0, SIG_UNBLOCK),
		SKIP_UNLESS(6, SYS_rt_sigaction),
		IF_POINTER(1, 1, signals_default),
		ALLOW,
#ifdef __SANITIZE_ADDRESS__
		CALL(SYS_sigaltstack), /* its own, before a function that doesn't return */
#endif
		RETURN(SECCOMP_RET_TRAP),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0, "seccomp");
}

void sandbox_enter(int vcpu_fd, const struct hostfiles *files)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct no_capabilities[2] = {0};

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
	/* The guest's memory in no core dump, and no debugger of the same user's. */
	must(prctl(PR_SET_DUMPABLE, 0) == 0, "PR_SET_DUMPABLE");
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NPROC, 0);
	limit(RLIMIT_NOFILE, FDTABLE_SIZE + 8); /* the guest's, and those that main() holds */
	restrict_files(files);
	must(syscall(SYS_capset, &header, no_capabilities) == 0, "capset");
	restrict_calls(vcpu_fd, files);
}
