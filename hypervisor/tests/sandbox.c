/* SPDX-License-Identifier: MIT */
/*
 * What a hypervisor that was taken over can still do: a process goes into the
 * sandbox with a real vCPU and tries to get out. Prints "ok", "not ok" and
 * "skip" lines. As root it also tries mounts.
 *
 *   sandbox DIRECTORY TRIES
 *
 * DIRECTORY: an empty one. TRIES: how often what others may change meanwhile is tried, so often
 * that they get their turns.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../fdtable.h"
#include "../hostcheck.h"
#include "../msg.h"
#include "../sandbox.h"
#include "../signals.h"
#include "../timer.h"
#include "../vm.h"
#include "sandbox_test.h"

static struct vm vm;
static pid_t in_cage; /* the process in the sandbox */
struct hostfiles hostfiles;
struct way_in way_in;
int granted_output;
int tries;

void verdict(const char *name, const char *problem)
{
	printf("%s sandbox: %s%s%s\n", *problem ? "not ok" : "ok", name, *problem ? ": " : "",
	       problem);
	fflush(stdout);
}

/* A process in the sandbox, its messages in a pipe that the caller reads: *messages. */
pid_t sandboxed(int *messages)
{
	int pipe_fds[2];
	pid_t pid;

	if (pipe(pipe_fds) < 0 || (pid = fork()) < 0)
		err(1, "fork");
	if (pid) {
		close(pipe_fds[1]);
		*messages = pipe_fds[0];
		return pid;
	}
	if (dup2(pipe_fds[1], STDERR_FILENO) < 0)
		err(1, "dup2");
	msg_init();
	signals_init(true, 0, 0);
	in_cage = getpid();
	vm_map_memory(&vm, VM_MEMORY_MIN);
	vm_create(&vm);
	timer_init(vm.run);
	hostfiles_init(&hostfiles, way_in.root, way_in.no_files, "granted");
	if (way_in.landlock_alone) {
		struct hostfiles all;

		hostfiles_init(&all, NULL, false, NULL);
		hostfiles.look = all.look;
	}
	user_become(&way_in.user);
	/* As a user's process is that never had other rights: its user could trace it. */
	if (way_in.user.given && prctl(PR_SET_DUMPABLE, 1) < 0)
		err(1, "PR_SET_DUMPABLE");
	granted_output = way_in.output ? open(way_in.output, O_RDWR | O_CLOEXEC) : 0;
	sandbox_enter(vm.vcpu_fd, &hostfiles,
		      (const int[HOSTFILE_OUTPUTS]){[OUTPUT_FIRST] = granted_output}, false, NULL);
	return 0;
}

/* How the process ended, and the first of what it said. */
int end_of(pid_t pid, int messages, char *text, size_t size)
{
	ssize_t n = 0, got;
	int status;

	while ((got = read(messages, text + n, size - 1 - n)) > 0)
		n += got;
	text[n] = '\0';
	close(messages);
	waitpid(pid, &status, 0);
	return status;
}

static long value_of(long argument)
{
	const long known[] = {
		[VCPU - KNOWN] = vm.vcpu_fd,
		[MESSAGES - KNOWN] = msg_fd,
		[ROOT - KNOWN] = hostfiles.root,
		[PROC - KNOWN] = hostfiles.proc,
		[SELF - KNOWN] = in_cage,
		[LOOK - KNOWN] = (long)hostfiles.look,
		[LOOK_INSIDE - KNOWN] = (long)hostfiles.look + 8,
		[LOOK_BEHIND - KNOWN] = (long)(hostfiles.look + HOSTFILE_LOOKS),
		[ITSELF - KNOWN] = (long)hostcheck_itself,
		[ITSELF_HIGH - KNOWN] = (long)hostcheck_itself ^ 1L << 40,
		[LOOK_HIGH - KNOWN] = (long)hostfiles.look ^ 1L << 40,
		[NUMBERS - KNOWN] = (long)hostfile_numbers,
		[NUMBERS_HIGH - KNOWN] = (long)hostfile_numbers ^ 1L << 40,
		[BEFORE_NUMBERS - KNOWN] = (long)hostfile_numbers - 1,
		[OUTPUT - KNOWN] = granted_output,
		[TIMER - KNOWN] = timer_id(),
		[TIMEOUT - KNOWN] = (long)timer_timeout(),
		[TIMEOUT_HIGH - KNOWN] = (long)timer_timeout() ^ 1L << 40,
		[BEHIND_NUMBERS - KNOWN] = (long)(hostfile_numbers + HOSTFILE_NUMBERS),
	};

	return argument >= KNOWN && argument < KNOWN_END ? known[argument - KNOWN] : argument;
}

/* The system call must end the process by SIGSYS, with a message that has its number. */
void forbidden(const char *name, long number, long a, long b, long c, long d)
{
	char text[256], wanted[256];
	int messages, status;
	pid_t pid = sandboxed(&messages);

	if (pid == 0) {
		syscall(number, value_of(a), value_of(b), value_of(c), value_of(d));
		_exit(1);
	}
	status = end_of(pid, messages, text, sizeof(text));
	snprintf(wanted, sizeof(wanted), "hypervisor: stopped by its sandbox at system call %ld\n",
		 number);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
		verdict(name, "it wasn't stopped");
	else
		verdict(name, strcmp(text, wanted) == 0 ? "" : text);
}

static void calls_that_are_forbidden(void)
{
	static const struct open_how write_how = {.flags = O_WRONLY | O_CREAT, .mode = 0600};
	static const struct open_how same_how = {.flags = O_RDONLY,
						 .resolve = RESOLVE_NO_MAGICLINKS};
	static const char *const args[] = {"/bin/true", NULL};
	const long self = getpid();
	const struct {
		const char *name;
		long number, a, b, c, d;
	} table[] = {
#define CALL(name, ...) {#name, SYS_##name, __VA_ARGS__}
		CALL(execve, (long)args[0], (long)args, 0, 0),
		CALL(execveat, AT_FDCWD, (long)args[0], (long)args, 0),
		CALL(fork, 0, 0, 0, 0),
		CALL(vfork, 0, 0, 0, 0),
		CALL(clone, SIGCHLD, 0, 0, 0),
		CALL(clone3, 0, 0, 0, 0),
		CALL(unshare, CLONE_NEWUSER, 0, 0, 0),
		CALL(socket, AF_INET, SOCK_STREAM, 0, 0),
		CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, 0),
		CALL(open, (long)"file", O_RDONLY, 0, 0),
		CALL(openat, AT_FDCWD, (long)"file", O_WRONLY | O_CREAT, 0600),
		CALL(openat, AT_FDCWD, (long)"file", O_RDONLY, 0),
		CALL(creat, (long)"file", 0600, 0, 0),
		{"openat2 for writing", SYS_openat2, ROOT, (long)"file", (long)&write_how,
		 sizeof(write_how)},
		{"openat2 by another struct open_how", SYS_openat2, ROOT, (long)"file",
		 (long)&same_how, sizeof(same_how)},
		{"openat2 from another directory", SYS_openat2, STDIN_FILENO, (long)"file", LOOK,
		 sizeof(same_how)},
		{"openat2 by the same low half of the address", SYS_openat2, ROOT, (long)"file",
		 LOOK_HIGH, sizeof(same_how)},
		{"openat2 by bytes of two struct open_how", SYS_openat2, ROOT, (long)"file",
		 LOOK_INSIDE, sizeof(same_how)},
		{"openat2 by what is behind them", SYS_openat2, ROOT, (long)"file", LOOK_BEHIND,
		 sizeof(same_how)},
		{"openat2 with another size", SYS_openat2, ROOT, (long)"file", LOOK, 16},
		{"an fd's file, opened for writing", SYS_openat, PROC, NUMBERS, O_WRONLY, 0},
		{"an fd's file, by a name of another place", SYS_openat, PROC, (long)"0",
		 HOSTFILE_READ, 0},
		{"an fd's file, by the same low half of the address", SYS_openat, PROC,
		 NUMBERS_HIGH, HOSTFILE_READ, 0},
		{"an fd's file, by the byte before its names", SYS_openat, PROC, BEFORE_NUMBERS,
		 HOSTFILE_READ, 0},
		{"an fd's file, by the byte behind them", SYS_openat, PROC, BEHIND_NUMBERS,
		 HOSTFILE_READ, 0},
		{"an fd's file, of another directory", SYS_openat, STDIN_FILENO, NUMBERS,
		 HOSTFILE_READ, 0},
		{"close of the vCPU", SYS_close, VCPU, 0, 0, 0},
		{"close of the messages' fd", SYS_close, MESSAGES, 0, 0, 0},
		{"close of /proc/self/fd", SYS_close, PROC, 0, 0, 0},
		CALL(close_range, 3, ~0U, 0, 0),
		CALL(unlink, (long)"file", 0, 0, 0),
		CALL(rename, (long)"file", (long)"other", 0, 0),
		CALL(mkdir, (long)"directory", 0700, 0, 0),
		CALL(symlink, (long)"file", (long)"other", 0, 0),
		CALL(chmod, (long)"file", 0777, 0, 0),
		CALL(truncate, (long)"file", 0, 0, 0),
		CALL(ftruncate, STDIN_FILENO, 0, 0, 0),
		CALL(chdir, (long)"/", 0, 0, 0),
		CALL(chroot, (long)"/", 0, 0, 0),
		CALL(mount, 0, (long)"/", 0, MS_REMOUNT),
		CALL(ptrace, PTRACE_ATTACH, self, 0, 0),
		CALL(process_vm_writev, self, 0, 0, 0),
		CALL(process_vm_readv, self, 0, 0, 0),
		CALL(pidfd_open, self, 0, 0, 0),
		{"KVM_CREATE_VM", SYS_ioctl, VCPU, KVM_CREATE_VM, 0, 0},
		{"KVM_SET_REGS", SYS_ioctl, VCPU, KVM_SET_REGS, 0, 0},
		{"KVM_RUN of another fd", SYS_ioctl, STDIN_FILENO, KVM_RUN, 0, 0},
		{"ioctl TIOCSTI", SYS_ioctl, STDIN_FILENO, TIOCSTI, (long)"x", 0},
		{"mmap with PROT_EXEC", SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_PRIVATE | MAP_ANONYMOUS},
		CALL(mmap, 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS),
		CALL(mprotect, 0, 4096, PROT_READ | PROT_EXEC, 0),
		CALL(mremap, 0, 4096, 4096, 0),
		CALL(munmap, 0, 4096, 0, 0),
		CALL(memfd_create, (long)"x", 0, 0, 0),
		CALL(shmget, 0, 4096, 0600, 0),
		{"kill of another process", SYS_kill, self, 0, 0, 0},
		{"SIGSTOP to itself", SYS_kill, SELF, SIGSTOP, 0, 0},
		CALL(tgkill, self, self, 0, 0),
		CALL(tkill, self, 0, 0, 0),
		CALL(rt_sigaction, SIGSYS, 0, 0, 8),
		{"rt_sigprocmask that blocks", SYS_rt_sigprocmask, SIG_BLOCK, 0, 0, 8},
		{"another clock", SYS_clock_gettime, CLOCK_REALTIME, 0, 0, 0},
		{"sleep by another clock", SYS_clock_nanosleep, CLOCK_REALTIME, 0, 0, 0},
		CALL(setitimer, 0, 0, 0, 0),
		CALL(timer_create, CLOCK_MONOTONIC, 0, 0, 0),
		{"the timer of another's", SYS_timer_settime, 99, 0, 0, 0},
		{"the timer to a time of the clock", SYS_timer_settime, TIMER, TIMER_ABSTIME, 0, 0},
		CALL(timer_delete, TIMER, 0, 0, 0),
		{"ppoll for ever", SYS_ppoll, 0, 0, 0, 0},
		{"ppoll by the same low half of the address", SYS_ppoll, 0, 0, TIMEOUT_HIGH, 0},
		{"ppoll with a mask", SYS_ppoll, 0, 0, TIMEOUT, (long)"x"},
		CALL(prctl, PR_SET_DUMPABLE, 1, 0, 0),
		CALL(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, 0, 0),
		CALL(prlimit64, 0, RLIMIT_NOFILE, 0, 0),
		CALL(setuid, 0, 0, 0, 0),
		CALL(capset, 0, 0, 0, 0),
		CALL(bpf, 0, 0, 0, 0),
		CALL(perf_event_open, 0, 0, 0, 0),
		CALL(userfaultfd, 0, 0, 0, 0),
		CALL(io_uring_setup, 1, 0, 0, 0),
		CALL(dup2, STDIN_FILENO, STDOUT_FILENO, 0, 0),
		CALL(dup3, STDIN_FILENO, VCPU, O_CLOEXEC, 0),
		CALL(pipe2, 0, 0, 0, 0),
		{"write to an fd that isn't stdin, stdout, stderr", SYS_write, VCPU, (long)"x", 1,
		 0},
		{"writev", SYS_writev, STDOUT_FILENO, 0, 0, 0},
		{"sendfile", SYS_sendfile, STDOUT_FILENO, STDIN_FILENO, 0, 1},
		{"fcntl that sets O_APPEND", SYS_fcntl, STDIN_FILENO, F_SETFL, O_APPEND, 0},
		{"fcntl that waits for what the user gave", SYS_fcntl, STDOUT_FILENO, F_SETFL,
		 O_RDONLY, 0},
		{"fcntl that duplicates", SYS_fcntl, STDIN_FILENO, F_DUPFD, 0, 0},
		{"newfstatat by path", SYS_newfstatat, AT_FDCWD, (long)"secret", 0, 0},
		{"statx by path", SYS_statx, AT_FDCWD, (long)"secret", AT_EMPTY_PATH, 0},
		{"statx by another empty path, which may become one", SYS_statx, AT_FDCWD, (long)"",
		 AT_EMPTY_PATH, 0},
		{"statx by the same low half of the address", SYS_statx, ROOT, ITSELF_HIGH,
		 AT_EMPTY_PATH, 0},
		{"statx with other flags", SYS_statx, ROOT, ITSELF, AT_EMPTY_PATH | AT_NO_AUTOMOUNT,
		 0},
		{"readlinkat by path", SYS_readlinkat, AT_FDCWD, (long)"root/link", 0, 0},
		{"readlinkat by another empty path", SYS_readlinkat, ROOT, (long)"", 0, 0},
		{"readlinkat by the same low half of the address", SYS_readlinkat, ROOT,
		 ITSELF_HIGH, 0, 0},
		CALL(readlink, (long)"root/link", 0, 0, 0),
		CALL(stat, (long)"secret", 0, 0, 0),
		CALL(getdents, ROOT, 0, 0, 0),
		{"preadv", SYS_preadv, STDIN_FILENO, 0, 0, 0},
		{"a call of the x32 ABI", 0x40000000 | SYS_getpid, 0, 0, 0, 0},
#undef CALL
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		forbidden(table[i].name, table[i].number, table[i].a, table[i].b, table[i].c,
			  table[i].d);
}

/* The 32-bit entry has other numbers: there no filter by number may be trusted. */
static void call_of_32_bits(void)
{
	char text[64];
	int messages, status;
	pid_t pid = sandboxed(&messages);

	if (pid == 0) {
		__asm__ volatile("int $0x80" : : "a"(20L) : "memory"); /* getpid */
		_exit(1);
	}
	status = end_of(pid, messages, text, sizeof(text));
	verdict("int $0x80",
		WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? "" : "it wasn't stopped");
}

/* What a file of /proc's must say of the process, as seen from outside. */
struct line {
	const char *file, *line;
};

static void state_is(const struct line *wanted, size_t count)
{
	int messages, hold[2];
	char path[64], text[8192];
	struct stat st;
	pid_t pid;

	if (pipe(hold) < 0 || dup2(hold[0], STDIN_FILENO) < 0)
		err(1, "pipe");
	pid = sandboxed(&messages);
	if (pid == 0) {
		/* Says that it is in there, and stays until it is killed. */
		if (write(STDERR_FILENO, "x", 1) == 1 && read(STDIN_FILENO, text, 1) == 1)
			_exit(0);
		_exit(1);
	}
	if (read(messages, text, 1) != 1)
		err(1, "the process in the sandbox");
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, wanted[i].file);
		int fd = open(path, O_RDONLY);
		ssize_t n = read(fd, text, sizeof(text) - 1);

		text[n < 0 ? 0 : n] = '\0';
		close(fd);
		snprintf(path, sizeof(path), "/proc says %.*s",
			 (int)strcspn(wanted[i].line + 1, "\n"), wanted[i].line + 1);
		verdict(path, strstr(text, wanted[i].line) ? "" : "it doesn't");
	}
	if (way_in.user.given) {
		/* Of a process that may be traced they are its user's. */
		snprintf(path, sizeof(path), "/proc/%d/mem", pid);
		verdict("its memory is no other process's to read",
			stat(path, &st) == 0 && st.st_uid == 0 ? "" : "it is");
	}
	kill(pid, SIGKILL);
	end_of(pid, messages, text, sizeof(text));
	close(hold[0]);
	close(hold[1]);
}

static void state_of_the_process(void)
{
	static const struct line always[] = {
		{"status", "\nNoNewPrivs:\t1\n"},
		{"status", "\nSeccomp:\t2\n"},
		{"status", "\nCapInh:\t0000000000000000\n"},
		{"status", "\nCapPrm:\t0000000000000000\n"},
		{"status", "\nCapEff:\t0000000000000000\n"},
		{"status", "\nCapAmb:\t0000000000000000\n"},
		{"limits", "\nMax core file size        0                    0 "},
		{"limits", "\nMax processes             0                    0 "},
		{"limits", "\nMax open files            267                  267 "},
	};
	static const struct line of_user[] = {
		{"status", "\nUid:\t65534\t65534\t65534\t65534\n"},
		{"status", "\nGid:\t65533\t65533\t65533\t65533\n"},
		{"status", "\nGroups:\t \n"},
	};

	state_is(always, sizeof(always) / sizeof(always[0]));
	if (geteuid() != 0) {
		printf("skip sandbox: --user: it needs root\n");
		return;
	}
	way_in.user = (struct user){true, 65534, 65533};
	state_is(always, sizeof(always) / sizeof(always[0]));
	state_is(of_user, sizeof(of_user) / sizeof(of_user[0]));
	way_in.user.given = false;
}

int main(int argc, char **argv)
{
	if (argc != 3 || (tries = atoi(argv[2])) < 2 || chdir(argv[1]) < 0)
		errx(1, "usage: sandbox DIRECTORY TRIES");
	/* First, for it makes the files that others name. */
	files_in_the_sandbox();
	outputs_in_the_sandbox();
	calls_that_are_forbidden();
	call_of_32_bits();
	state_of_the_process();
	return 0;
}
