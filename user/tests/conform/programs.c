/* SPDX-License-Identifier: MIT */
/* Processes: execve, vfork, what else starts a program, groups of processes. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

extern char **environ;

/* This program, to run another case. */
static char self[4096];

static void find_self(void)
{
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	MUST(n > 0);
	self[n] = '\0';
}

/* Runs a case of this program in its place. */
static _Noreturn void become(char *name, char *argument)
{
	fflush(stdout);
	execv(self, (char *[]){"conform", name, argument, NULL});
	printf("execv: %s\n", strerror(errno));
	leave(99);
}

static void run_case(char *name, char *argument)
{
	pid_t pid = child();

	if (pid == 0)
		become(name, argument);
	show_end(name, pid);
}

/* What a program sees that was executed: for cases below. */
static void told(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("argv[%d] = %s\n", i, argv[i]);
	for (char **e = environ; *e; e++)
		printf("env %s\n", *e);
	SHOW(getauxval(AT_RANDOM) != 0);
	SHOW(getauxval(AT_SECURE));
	printf("execfn %s\n", strrchr((char *)getauxval(AT_EXECFN), '/'));
}

static void exec_basic(int argc, char **argv)
{
	pid_t pid;

	find_self();
	run_case("told", "argument");
	pid = child();
	if (pid == 0) {
		execve(self, (char *[]){"conform", "told", "", "two words", NULL},
		       (char *[]){"A=1", "B=", "=odd", "none", NULL});
		leave(99);
	}
	show_end("environment", pid);
	pid = child();
	if (pid == 0) {
		execve(self, (char *[]){"conform", "told", NULL}, NULL);
		leave(99);
	}
	show_end("no environment", pid);
	pid = child();
	if (pid == 0) {
		execve(self, NULL, NULL);
		leave(99);
	}
	show_end("no vectors", pid);
	/* Without a child: the process goes on as another program. */
	printf("before\n");
	become("exit", "44");
}

/* Errors come before the point of no return: all goes on as it was. */
static void exec_errors(int argc, char **argv)
{
	char *args[] = {"x", NULL};
	char longer[5000];
	char *big = malloc(140000);
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct rlimit limit = {1 << 18, 1 << 18};

	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	memset(big, 'b', 139999);
	big[139999] = '\0';
	CALL(execv("/nowhere", args));
	CALL(execv("/bin/true/x", args));
	CALL(execv("/", args));
	CALL(execv("", args));
	CALL(execv(longer, args));
	CALL(execv("tests/conform/ten", args));
	CALL(execv("/dev/null", args));
	CALL(execv("/dev/nothing", args));
	CALL(execv("tests/conform/loop", args));
	CALL(execv((char *)8, args));
	CALL(execv("/bin/true", (char **)8));
	CALL(execv("/bin/true", (char *[]){(char *)8, NULL}));
	CALL(execve("/bin/true", args, (char *[]){(char *)8, NULL}));
	CALL(execv("/bin/true", (char *[]){big, NULL}));
	CALL(execve("/bin/true", args, (char *[]){big, NULL}));
	/* Less is allowed with less of a stack: 128 KiB at least. */
	setrlimit(RLIMIT_STACK, &limit);
	big[100000] = '\0';
	CALL(execv("/bin/true", (char *[]){big, big, NULL}));
	SHOW(fcntl(fd, F_GETFD));
	puts("goes on");
}

static void exec_scripts(int argc, char **argv)
{
	static char *const names[] = {"plain",	    "argument", "missing",  "nested",
				      "empty-line", "loop-it",	"no-right", "bare"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[100];
		pid_t pid = child();

		if (pid == 0) {
			snprintf(path, sizeof(path), "tests/conform/scripts/%s", names[i]);
			errno = 0;
			execve(path, (char *[]){"zero", "one", "two words", NULL}, environ);
			CALL(-1);
			leave(1);
		}
		show_end(names[i], pid);
	}
}

/* What an execve keeps and what it resets, as the next program tells it. */
static void kept(int argc, char **argv)
{
	struct sigaction action;
	struct rlimit limit;
	sigset_t set;
	stack_t stack;
	unsigned mxcsr;
	unsigned short x87;
	char name[16];
	int sig;

	__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(mxcsr), "=m"(x87));
	printf("mxcsr %x x87 %x\n", mxcsr & 0xffc0, x87);
	sigaction(SIGUSR1, NULL, &action);
	SHOW(action.sa_handler == SIG_DFL);
	sigaction(SIGUSR2, NULL, &action);
	SHOW(action.sa_handler == SIG_IGN);
	sigprocmask(SIG_BLOCK, NULL, &set);
	SHOW(sigismember(&set, SIGHUP));
	sigpending(&set);
	SHOW(sigismember(&set, SIGHUP));
	sigaltstack(NULL, &stack);
	SHOW(stack.ss_flags == SS_DISABLE);
	getrlimit(RLIMIT_FSIZE, &limit);
	SHOW(limit.rlim_cur);
	printf("%o\n", umask(0));
	prctl(PR_GET_NAME, name);
	puts(name);
	prctl(PR_GET_PDEATHSIG, &sig);
	SHOW(sig);
	SHOW(prctl(PR_GET_DUMPABLE));
	SHOW(prctl(PR_GET_KEEPCAPS));
	SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	SHOW(getpid() == atoi(argv[1]));
	SHOW(gettid() == getpid());
	for (int fd = 0; fd < 12; fd++)
		printf("%d%s", fcntl(fd, F_GETFD), fd < 11 ? " " : "\n");
	SHOW(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
}

static void on_signal(int sig)
{
}

static _Noreturn void become_kept(void)
{
	char number[20];

	snprintf(number, sizeof(number), "%d", getpid());
	become("kept", number);
}

static void exec_keeps(int argc, char **argv)
{
	unsigned control = 0x3f80;
	unsigned short x87 = 0x77f;
	stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
	struct rlimit limit = {1 << 30, RLIM_INFINITY};
	sigset_t set;
	pid_t pid;

	find_self();
	pid = child();
	if (pid == 0) {
		signal(SIGUSR1, on_signal);
		signal(SIGUSR2, SIG_IGN);
		sigemptyset(&set);
		sigaddset(&set, SIGHUP);
		sigprocmask(SIG_BLOCK, &set, NULL);
		raise(SIGHUP);
		sigaltstack(&stack, NULL);
		setrlimit(RLIMIT_FSIZE, &limit);
		umask(027);
		prctl(PR_SET_NAME, "renamed");
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		prctl(PR_SET_DUMPABLE, 0);
		prctl(PR_SET_KEEPCAPS, 1);
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		open("/dev/null", O_RDONLY);
		open("/dev/null", O_RDONLY | O_CLOEXEC);
		dup2(3, 7);
		dup3(3, 8, O_CLOEXEC);
		fcntl(7, F_SETFD, FD_CLOEXEC);
		dup2(7, 9);
		__asm__ volatile("ldmxcsr %0; fldcw %1" : : "m"(control), "m"(x87));
		become_kept();
	}
	show_end("child", pid);
}

static void *sleep_long(void *unused)
{
	for (;;)
		pause();
	return NULL;
}

static void *exec_thread(void *unused)
{
	become_kept();
	return NULL;
}

/* All other threads end; a thread that isn't the first becomes it. */
static void exec_threads(int argc, char **argv)
{
	pthread_t thread;
	pid_t pid;

	find_self();
	for (int other = 0; other < 2; other++) {
		pid = child();
		if (pid == 0) {
			for (int i = 0; i < 3; i++)
				MUST(pthread_create(&thread, NULL, sleep_long, NULL) == 0);
			if (!other)
				become_kept();
			MUST(pthread_create(&thread, NULL, exec_thread, NULL) == 0);
			sleep_long(NULL);
		}
		show_end("threads", pid);
	}
}

static void exec_at(int argc, char **argv)
{
	int dir, fd;
	pid_t pid;

	find_self();
	dir = open("tests", O_RDONLY | O_DIRECTORY);
	fd = open(self, O_RDONLY);
	pid = child();
	if (pid == 0) {
		syscall(SYS_execveat, fd, "", (char *[]){"conform", "told", NULL}, NULL,
			AT_EMPTY_PATH);
		leave(99);
	}
	show_end("by fd", pid);
	pid = child();
	if (pid == 0) {
		fexecve(fd, (char *[]){"conform", "exit", "3", NULL}, environ);
		leave(99);
	}
	show_end("fexecve", pid);
	pid = child();
	if (pid == 0) {
		execl("/proc/self/exe", "conform", "exit", "4", (char *)NULL);
		leave(99);
	}
	show_end("itself", pid);
	CALL(syscall(SYS_execveat, dir, "conform/scripts/missing", NULL, NULL, 0));
	CALL(syscall(SYS_execveat, 77, "x", NULL, NULL, 0));
	CALL(syscall(SYS_execveat, dir, "", NULL, NULL, 0));
	CALL(syscall(SYS_execveat, dir, "", NULL, NULL, AT_EMPTY_PATH));
	CALL(syscall(SYS_execveat, 77, "", NULL, NULL, AT_EMPTY_PATH));
	CALL(syscall(SYS_execveat, dir, "conform/link", NULL, NULL, AT_SYMLINK_NOFOLLOW));
	CALL(syscall(SYS_execveat, dir, "conform/ten", NULL, NULL, 4));
}

static int shared_count;

static void vfork_basic(int argc, char **argv)
{
	volatile int order = 0;
	pid_t pid;

	find_self();
	fflush(stdout);
	pid = vfork();
	if (pid == 0) {
		shared_count = 5;
		order = 1;
		_exit(3);
	}
	printf("%d %d\n", shared_count, order);
	show_end("exit", pid);
	fflush(stdout);
	pid = vfork();
	if (pid == 0) {
		execl(self, "conform", "exit", "6", (char *)NULL);
		_exit(99);
	}
	show_end("exec", pid);
	pid = vfork();
	if (pid == 0) {
		execl("/nowhere", "x", (char *)NULL);
		order = errno;
		_exit(98);
	}
	SHOW(order == ENOENT);
	show_end("no exec", pid);
	pid = vfork();
	if (pid == 0) {
		raise(SIGKILL);
		_exit(97);
	}
	show_end("killed", pid);
}

static volatile sig_atomic_t handled;

static void count_signal(int sig)
{
	handled += sig == SIGUSR1;
}

/* A signal doesn't end the parent's wait: blocked and pending, or sent by the child meanwhile. */
static void vfork_signals(int argc, char **argv)
{
	volatile int seen = 0;
	sigset_t all, none;
	pid_t pid;

	sigfillset(&all);
	sigemptyset(&none);
	MUST(signal(SIGUSR1, count_signal) != SIG_ERR);
	for (int pending = 0; pending < 2; pending++) {
		fflush(stdout);
		handled = 0;
		sigprocmask(SIG_SETMASK, pending ? &all : &none, NULL);
		if (pending)
			raise(SIGUSR1);
		pid = vfork();
		if (pid == 0) {
			sigprocmask(SIG_SETMASK, &none, NULL);
			if (!pending)
				kill(getppid(), SIGUSR1);
			for (int i = 0; i < 10; i++)
				sched_yield();
			seen = 1 + handled;
			_exit(3);
		}
		printf("%d\n", seen);
		sigprocmask(SIG_SETMASK, &none, NULL);
		SHOW(handled);
		show_end("exit", pid);
		seen = 0;
	}
}

static char stack[65536] __attribute__((aligned(16)));

static int cloned(void *argument)
{
	shared_count++;
	if (argument)
		close(5);
	return 21;
}

/* What of a process clone(2) shares. */
static void clone_shares(int argc, char **argv)
{
	int status;
	pid_t pid;

	dup2(0, 5);
	fflush(stdout);
	pid = clone(cloned, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	show_end("VM, VFORK", pid);
	SHOW(shared_count);
	pid = clone(cloned, stack + sizeof(stack), SIGCHLD, stack);
	show_end("nothing", pid);
	SHOW(shared_count);
	SHOW(fcntl(5, F_GETFD));
	pid = clone(cloned, stack + sizeof(stack), CLONE_VM | CLONE_FILES | CLONE_FS | SIGCHLD,
		    stack);
	show_end("VM, FILES, FS", pid);
	SHOW(shared_count);
	CALL(fcntl(5, F_GETFD));
	pid = clone(cloned, stack + sizeof(stack), CLONE_VM | CLONE_SIGHAND | SIGCHLD, NULL);
	show_end("VM, SIGHAND", pid);
	pid = clone(cloned, stack + sizeof(stack), CLONE_VM, NULL);
	CALL(waitpid(pid, &status, 0));
	SHOW(waitpid(pid, &status, __WALL) == pid);
	signal(SIGUSR1, SIG_IGN);
	pid = clone(cloned, stack + sizeof(stack), CLONE_VM | SIGUSR1, NULL);
	SHOW(waitpid(pid, &status, __WCLONE) == pid);
	SHOW(shared_count);
}

static void clone_errors(int argc, char **argv)
{
	uint64_t args[11] = {0};

	CALL(syscall(SYS_clone, CLONE_THREAD | CLONE_VM, 0, 0, 0, 0));
	CALL(syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0));
	CALL(syscall(SYS_clone, CLONE_FS | CLONE_NEWNS, 0, 0, 0, 0));
	CALL(syscall(SYS_clone, CLONE_FS | CLONE_NEWUSER, 0, 0, 0, 0));
	CALL(syscall(SYS_clone, CLONE_SIGHAND | CLONE_NEWUTS, 0, 0, 0, 0));
	CALL(syscall(SYS_clone3, args, 8));
	CALL(syscall(SYS_clone3, args, 5000));
	CALL(syscall(SYS_clone3, 8, 64));
	args[0] = 0xff;
	CALL(syscall(SYS_clone3, args, 64));
	args[0] = 0;
	args[4] = 65;
	CALL(syscall(SYS_clone3, args, 64));
	args[4] = SIGCHLD;
	args[5] = 4096;
	CALL(syscall(SYS_clone3, args, 64));
	args[5] = 0;
	args[6] = 4096;
	CALL(syscall(SYS_clone3, args, 64));
	CALL(waitpid(-1, NULL, WNOHANG));
}

static void clone_three(int argc, char **argv)
{
	uint64_t args[11] = {0};
	int tid = 0, status;
	long pid;

	args[0] = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID;
	args[2] = args[3] = (uint64_t)&tid;
	args[4] = SIGCHLD;
	fflush(stdout);
	pid = syscall(SYS_clone3, args, 64);
	if (pid == 0)
		_exit(tid == getpid() ? 5 : 6);
	SHOW(tid == pid);
	show_end("clone3", pid);
}

static void spawn_cases(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t set;
	pid_t pid;

	find_self();
	fflush(stdout);
	SHOW(posix_spawn(&pid, self, NULL, NULL, (char *[]){"conform", "exit", "9", NULL},
			 environ));
	show_end("spawn", pid);
	SHOW(posix_spawn(&pid, "/nowhere", NULL, NULL, (char *[]){"x", NULL}, environ) == ENOENT);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "tests/conform/ten", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, 0, 9);
	posix_spawn_file_actions_addclose(&actions, 2);
	posix_spawnattr_init(&attributes);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	posix_spawnattr_setsigmask(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	SHOW(posix_spawnp(&pid, "cat", &actions, &attributes, (char *[]){"cat", NULL}, environ));
	show_end("cat", pid);
	SHOW(posix_spawnp(&pid, "no-such-program", NULL, NULL, (char *[]){"x", NULL}, environ) ==
	     ENOENT);
}

static void shell_system(int argc, char **argv)
{
	FILE *pipe;
	char line[100];
	int status;

	fflush(stdout);
	SHOW(system("exit 5"));
	SHOW(system("kill -9 $$"));
	SHOW(system("echo from a shell; exit 0"));
	SHOW(system(NULL) != 0);
	pipe = popen("echo one; echo two; exit 3", "r");
	while (fgets(line, sizeof(line), pipe))
		printf("read %s", line);
	SHOW(pclose(pipe));
	fflush(stdout);
	pipe = popen("tr a-z A-Z", "w");
	fputs("to the shell\n", pipe);
	SHOW(pclose(pipe));
}

static void groups(int argc, char **argv)
{
	int gate[2], ready[2];
	char c;
	pid_t pid, other;

	MUST(pipe(gate) == 0 && pipe(ready) == 0);
	pid = child();
	if (pid == 0) {
		SHOW(getpgrp() != getpid());
		SHOW(setpgid(0, 0));
		SHOW(getpgrp() == getpid() && getpgid(0) == getpid());
		CALL(setsid());
		leave(0);
	}
	show_end("own group", pid);
	pid = child();
	if (pid == 0) {
		read(gate[0], &c, 1);
		SHOW(getpgrp() == getpid());
		become("exit", "2");
	}
	find_self();
	CALL(setpgid(pid, 99999));
	CALL(setpgid(pid, pid));
	SHOW(getpgid(pid) == pid);
	SHOW(getsid(pid) == getsid(0));
	CALL(setpgid(1, 1));
	CALL(setpgid(99999, 0));
	CALL(setpgid(0, -1));
	CALL(getpgid(99999));
	CALL(getsid(99999));
	other = child();
	if (other == 0)
		pause();
	SHOW(setpgid(other, pid));
	CALL(kill(-pid, 0));
	write(gate[1], "x", 1);
	show_end("leader", pid);
	SHOW(getpgid(other) == pid);
	SHOW(setpgid(other, getpgrp()));
	CALL(kill(-pid, 0));
	kill(other, SIGKILL);
	show_end("other", other);
	pid = child();
	if (pid == 0) {
		SHOW(setsid() == getpid());
		SHOW(getsid(0) == getpid() && getpgrp() == getpid());
		CALL(setsid());
		CALL(setpgid(0, 0));
		leave(0);
	}
	show_end("session", pid);
}

static void on_usr1(int sig)
{
	static const char text[] = "got it\n";

	write(1, text, sizeof(text) - 1);
}

static void group_signals(int argc, char **argv)
{
	pid_t leader, pids[3];
	sigset_t usr1, before;

	/* Each waits for it, and may get it before it does. */
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, &before);
	signal(SIGUSR1, on_usr1);
	for (int i = 0; i < 3; i++) {
		pids[i] = child();
		if (pids[i] == 0) {
			sigsuspend(&before);
			leave(i);
		}
		setpgid(pids[i], pids[0]);
	}
	signal(SIGUSR1, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	CALL(kill(-pids[0], SIGUSR1));
	for (int i = 0; i < 3; i++)
		show_end("member", pids[i]);
	CALL(kill(-pids[0], SIGUSR1));
	/* The own group, the caller included. */
	leader = child();
	if (leader == 0) {
		setpgid(0, 0);
		if (fork() == 0) {
			pause();
			_exit(0);
		}
		kill(0, SIGTERM);
		leave(1);
	}
	show_end("own group", leader);
	CALL(kill(99999, 0));
	CALL(kill(getpid(), 65));
}

static volatile siginfo_t got_info;

static void on_info(int sig, siginfo_t *info, void *context)
{
	got_info = *info;
}

static void signal_between(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = on_info, .sa_flags = SA_SIGINFO};
	union sigval value = {.sival_int = 1234};
	sigset_t set, old;
	pid_t parent = getpid(), pid;

	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGRTMIN, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, &old);
	for (int i = 0; i < 3; i++) {
		pid = child();
		if (pid == 0) {
			if (i == 0)
				kill(parent, SIGUSR1);
			else if (i == 1)
				sigqueue(parent, SIGRTMIN, value);
			else
				syscall(SYS_tgkill, parent, parent, SIGUSR1);
			leave(0);
		}
		sigsuspend(&old);
		printf("code %d from %d value %d\n", got_info.si_code, got_info.si_pid == pid,
		       i == 1 ? got_info.si_value.sival_int : 0);
		show_end("sender", pid);
	}
}

static void on_nothing(int sig)
{
}

/*
 * A signal ends a wait of another process; SA_RESTART lets it go on. Signals
 * that come before the wait don't count, so there are many.
 */
static void signal_waits(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_nothing};
	int channel[2], status;
	char c = 0;
	pid_t pid;

	MUST(pipe(channel) == 0);
	sigaction(SIGUSR1, &action, NULL);
	pid = child();
	if (pid == 0) {
		CALL(read(channel[0], &c, 1));
		leave(c);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		kill(pid, SIGUSR1);
		usleep(1000);
	}
	printf("reader: %x\n", status);
	action.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &action, NULL);
	pid = child();
	if (pid == 0) {
		CALL(read(channel[0], &c, 1));
		leave(c);
	}
	for (int i = 0; i < 50; i++) {
		kill(pid, SIGUSR1);
		usleep(1000);
	}
	write(channel[1], "A", 1);
	show_end("reader", pid);
}

const struct conform_case program_cases[] = {
	{"told", told},
	{"kept", kept},
	{"exec-basic", exec_basic},
	{"exec-errors", exec_errors},
	{"exec-scripts", exec_scripts},
	{"exec-keeps", exec_keeps},
	{"exec-threads", exec_threads},
	{"exec-at", exec_at},
	{"vfork", vfork_basic},
	{"vfork-signals", vfork_signals},
	{"clone-shares", clone_shares},
	{"clone-errors", clone_errors},
	{"clone3", clone_three},
	{"spawn", spawn_cases},
	{"shell", shell_system},
	{"groups", groups},
	{"group-signals", group_signals},
	{"signal-between", signal_between},
	{"signal-waits", signal_waits},
	{NULL, NULL},
};
