/* SPDX-License-Identifier: MIT */
/* What processes do to each other: signals, groups, terminals, locks, files that name them. */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define PAGE 4096

/* musl has neither. */
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif

static void handler(int sig)
{
	(void)sig;
}

/* What is left of a sleep that a signal of another process ends is told to the sleeper alone. */
static void signal_rest(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = handler};
	static struct timespec rest = {-7, -7}; /* at one address in both */
	struct timespec long_time = {600, 0};
	pid_t pid;
	int status;

	(void)argc, (void)argv;
	MUST(sigaction(SIGUSR1, &action, NULL) == 0);
	pid = child();
	if (pid == 0) {
		CALL(nanosleep(&long_time, &rest));
		SHOW(rest.tv_sec > 500 && rest.tv_sec < 600);
		leave(0);
	}
	until_it_sleeps(pid);
	CALL(kill(pid, SIGUSR1));
	SHOW(rest.tv_sec);
	MUST(waitpid(pid, &status, 0) == pid);
	SHOW(status);
}

static int vfork_state;

static int end_as_thread(void *unused)
{
	(void)unused;
	vfork_state = 1;
	for (int i = 0; i < 5; i++)
		sched_yield();
	vfork_state = 2;
	syscall(SYS_exit, 0);
	return 0;
}

/* CLONE_VFORK waits for a thread, too. */
static void vfork_thread(int argc, char **argv)
{
	static char stack[4 * PAGE] __attribute__((aligned(16)));
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			  CLONE_SYSVSEM | CLONE_VFORK;

	(void)argc, (void)argv;
	for (int i = 0; i < 2; i++) {
		vfork_state = 0;
		SHOW(clone(end_as_thread, stack + sizeof(stack), flags, NULL) > 0);
		SHOW(vfork_state);
	}
}

/* A parent that is killed while it waits in vfork(2); its child ends later. */
static void vfork_killed(int argc, char **argv)
{
	int to[2], from[2], status;
	pid_t pid;
	char c;

	(void)argc, (void)argv;
	MUST(pipe(to) == 0 && pipe(from) == 0);
	pid = child();
	if (pid == 0) {
		if (vfork() == 0) {
			close(to[1]);
			write(from[1], "", 1);
			read(to[0], &c, 1);
			_exit(0);
		}
		_exit(1);
	}
	close(from[1]);
	SHOW(read(from[0], &c, 1));
	CALL(kill(pid, SIGKILL));
	MUST(waitpid(pid, &status, 0) == pid);
	SHOW(status);
	/* The killed one's memory is in use again when the other ends. */
	for (int i = 0; i < 8; i++) {
		pid = child();
		if (pid == 0) {
			close(to[1]);
			_exit(read(to[0], &c, 1));
		}
	}
	close(to[1]);
	for (int i = 0; i < 8; i++) {
		MUST(wait(&status) > 0);
		SHOW(status);
	}
	SHOW(read(from[0], &c, 1));
}

static volatile sig_atomic_t seen[65];

static void note(int sig)
{
	seen[sig]++;
}

static void on(int sig, void (*function)(int), int flags)
{
	struct sigaction action = {.sa_handler = function, .sa_flags = flags};

	MUST(sigaction(sig, &action, NULL) == 0);
}

/* A group whose last parent outside ends: what is stopped in it goes on, and is hung up. */
static void orphaned_group(int argc, char **argv)
{
	int ends[2], status;
	char text[100];
	pid_t pid;

	(void)argc, (void)argv;
	MUST(pipe(ends) == 0);
	pid = child();
	if (pid == 0) {
		setpgid(0, 0);
		pid = fork();
		if (pid == 0) {
			on(SIGHUP, note, 0);
			on(SIGCONT, note, 0);
			raise(SIGTSTP);
			dprintf(ends[1], "hangup %d, continued %d\n", seen[SIGHUP], seen[SIGCONT]);
			raise(SIGTSTP); /* of an orphaned group: nobody could continue it */
			raise(SIGTTIN);
			raise(SIGTTOU);
			dprintf(ends[1], "not stopped\n");
			_exit(0);
		}
		MUST(waitpid(pid, &status, WUNTRACED) == pid);
		dprintf(ends[1], "stopped by %d\n", WSTOPSIG(status));
		_exit(0);
	}
	close(ends[1]);
	MUST(waitpid(pid, &status, 0) == pid);
	for (int bytes; (bytes = read(ends[0], text, sizeof(text))) > 0;)
		fwrite(text, 1, bytes, stdout);
}

/* What a child in a group of its own does with the terminal; its parent tells how it went. */
static void in_background(const char *what, void (*act)(void))
{
	pid_t pid = child();
	int status;

	if (pid == 0) {
		setpgid(0, 0);
		act();
		leave(0);
	}
	MUST(waitpid(pid, &status, WUNTRACED) == pid);
	if (WIFSTOPPED(status)) {
		printf("%s: stopped by %d\n", what, WSTOPSIG(status));
		kill(pid, SIGKILL);
		MUST(waitpid(pid, &status, 0) == pid);
	}
	printf("%s: %x\n", what, status);
}

static void reads(void)
{
	char c;

	CALL(read(STDIN_FILENO, &c, 1));
}

static void reads_ignoring(void)
{
	on(SIGTTIN, SIG_IGN, 0);
	reads();
}

static void reads_blocking(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTTIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	reads();
}

static void reads_with_handler(void)
{
	on(SIGTTIN, note, 0);
	reads();
	SHOW(seen[SIGTTIN]);
}

static void writes(void)
{
	CALL(write(STDOUT_FILENO, "written\n", 8));
}

static void takes(void)
{
	CALL(tcsetpgrp(STDIN_FILENO, getpgrp()));
}

static void takes_ignoring(void)
{
	pid_t before = tcgetpgrp(STDIN_FILENO);

	on(SIGTTOU, SIG_IGN, 0);
	takes();
	SHOW(tcgetpgrp(STDIN_FILENO) == getpgrp());
	CALL(tcsetpgrp(STDIN_FILENO, before));
}

static void sets_modes(void)
{
	struct termios modes;

	CALL(tcgetattr(STDIN_FILENO, &modes));
	CALL(tcsetattr(STDIN_FILENO, TCSANOW, &modes));
}

static void sets_modes_ignoring(void)
{
	on(SIGTTOU, SIG_IGN, 0);
	sets_modes();
}

static void in_session(void)
{
	pid_t pid = fork();
	int status;

	/* A leader of a group can't begin one. */
	if (pid == 0) {
		SHOW(setsid() == getpid());
		CALL(tcgetpgrp(STDIN_FILENO));
		takes();
		CALL(open("/dev/tty", O_RDONLY));
		leave(0);
	}
	MUST(waitpid(pid, &status, 0) == pid);
	fflush(stdout);
}

static int go[2], done[2];

/* Its child goes on alone, when it is told. */
static void orphaned(void)
{
	char c;

	if (fork() != 0)
		leave(0);
	close(go[1]);
	read(go[0], &c, 1);
	reads();
	takes();
	leave(0);
}

/* Groups in the background of a terminal: termios(3), tcsetpgrp(3). */
static void terminal_jobs(int argc, char **argv)
{
	char c;

	(void)argc, (void)argv;
	in_background("read", reads);
	in_background("read, ignored", reads_ignoring);
	in_background("read, blocked", reads_blocking);
	in_background("read, handled", reads_with_handler);
	in_background("write", writes);
	in_background("foreground", takes);
	in_background("foreground, ignored", takes_ignoring);
	in_background("modes", sets_modes);
	in_background("modes, ignored", sets_modes_ignoring);
	in_background("session", in_session);
	MUST(pipe(go) == 0 && pipe(done) == 0);
	in_background("orphaned", orphaned);
	fflush(stdout);
	close(go[1]);
	close(done[1]);
	SHOW(read(done[0], &c, 1)); /* it has ended */
}

/* A file or a link of a process's directory in /proc. Returns its length, or -1. */
static int in_proc(pid_t pid, const char *name, char *text, size_t size, int link)
{
	char path[80];
	int fd, bytes;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	memset(text, 0, size);
	if (link)
		return readlink(path, text, size - 1);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	bytes = read(fd, text, size - 1);
	close(fd);
	return bytes;
}

static void show_stat(pid_t pid)
{
	char text[1000], comm[40], state;
	int number, parent, group, session;

	MUST(in_proc(pid, "stat", text, sizeof(text), 0) > 0);
	MUST(sscanf(text, "%d (%39[^)]) %c %d %d %d", &number, comm, &state, &parent, &group,
		    &session) == 6);
	SHOW(number == pid);
	SHOW(parent == getpid());
	SHOW(group == pid);
	SHOW(session == getsid(0));
	printf("%s is %c\n", comm, state);
}

/* What /proc tells of a process that isn't the one that reads it. */
static void proc_others(int argc, char **argv)
{
	char text[1000], own[1000];
	int ends[2], status;
	pid_t pid;

	(void)argc, (void)argv;
	MUST(pipe(ends) == 0);
	pid = child();
	if (pid == 0) {
		setpgid(0, 0);
		prctl(PR_SET_NAME, "of a child");
		MUST(chdir("/etc") == 0);
		MUST(dup2(open("/dev/null", O_RDONLY), 77) == 77);
		MUST(mmap((void *)0x7000000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0) != MAP_FAILED);
		write(ends[1], "", 1);
		pause();
	}
	MUST(read(ends[0], text, 1) == 1);
	until_it_sleeps(pid);
	show_stat(pid);
	SHOW(in_proc(pid, "cwd", text, sizeof(text), 1));
	puts(text);
	SHOW(in_proc(pid, "fd/77", text, sizeof(text), 1));
	puts(text);
	SHOW(in_proc(getpid(), "fd/77", text, sizeof(text), 1));
	snprintf(text, sizeof(text), "/proc/%d/comm", pid);
	CALL(write(open(text, O_RDWR), "another's", 9));
	SHOW(in_proc(pid, "comm", text, sizeof(text), 0));
	printf("%s", text);
	SHOW(in_proc(pid, "cmdline", text, sizeof(text), 0) ==
	     in_proc(getpid(), "cmdline", own, sizeof(own), 0));
	SHOW(memcmp(text, own, sizeof(own)));
	SHOW(in_proc(pid, "exe", text, sizeof(text), 1) ==
	     in_proc(getpid(), "exe", own, sizeof(own), 1));
	SHOW(strcmp(text, own));
	snprintf(text, sizeof(text), "/proc/%d/task/%d/maps", pid, pid);
	CALL(access(text, R_OK));
	snprintf(text, sizeof(text), "/proc/%d/task/%d", pid, getpid());
	CALL(access(text, R_OK));
	SHOW(in_proc(pid, "maps", text, sizeof(text), 0) > 0);
	SHOW(strstr(text, "7000000000-") != NULL);
	kill(pid, SIGSTOP);
	MUST(waitpid(pid, &status, WUNTRACED) == pid);
	show_stat(pid);
	kill(pid, SIGKILL);
	MUST(waitid(P_PID, pid, &(siginfo_t){0}, WEXITED | WNOWAIT) == 0);
	show_stat(pid);
	SHOW(in_proc(pid, "cmdline", text, sizeof(text), 0));
	SHOW(in_proc(pid, "comm", text, sizeof(text), 0));
	MUST(in_proc(pid, "status", text, sizeof(text), 0) > 0);
	SHOW(strstr(text, "State:\tZ (zombie)\n") != NULL);
	MUST(waitpid(pid, &status, 0) == pid);
	CALL(in_proc(pid, "stat", text, sizeof(text), 0));
}

/* --- locks: on a pipe, which no other program has --- */

static int lock_ends[2]; /* to be read, and to be written */

static struct flock range(int type, long start, long length)
{
	return (struct flock){
		.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
}

static int lock(int command, int type, long start, long length)
{
	struct flock wanted = range(type, start, length);

	return fcntl(lock_ends[type == F_RDLCK ? 0 : 1], command, &wanted);
}

static pid_t locks_of;

static void show_lock(int command, int type, long start, long length)
{
	struct flock found = range(type, start, length);

	CALL(fcntl(lock_ends[1], command, &found));
	printf("%ld+%ld: type %d start %lld length %lld by %s\n", start, length, found.l_type,
	       (long long)found.l_start, (long long)found.l_len,
	       found.l_type == F_UNLCK	 ? "nobody"
	       : found.l_pid == locks_of ? "the parent"
	       : found.l_pid == -1	 ? "a file"
					 : "another");
}

/* What another process sees of the locks of this one. */
static void seen_by_child(int command)
{
	static const long starts[] = {0, 35, 40, 45, 50, 99, 100, 1000};
	pid_t pid = child();
	int status;

	if (pid == 0) {
		for (int i = 0; i < 8; i++)
			show_lock(command, F_WRLCK, starts[i], 5);
		show_lock(command, F_RDLCK, 0, 0);
		leave(0);
	}
	MUST(waitpid(pid, &status, 0) == pid && status == 0);
}

static void record_locks(int argc, char **argv)
{
	int status, copy;
	pid_t pid;

	(void)argc, (void)argv;
	MUST(pipe(lock_ends) == 0);
	locks_of = getpid();
	CALL(lock(F_SETLK, F_WRLCK, 0, 100));
	seen_by_child(F_GETLK);
	CALL(lock(F_SETLK, F_UNLCK, 40, 10));
	CALL(lock(F_SETLK, F_RDLCK, 90, 0));
	seen_by_child(F_GETLK);
	CALL(lock(F_SETLK, F_RDLCK, 0, 0));
	seen_by_child(F_GETLK);
	CALL(lock(F_SETLK, F_WRLCK, 10, -5));
	CALL(lock(F_SETLK, F_WRLCK, 3, -5));
	CALL(lock(F_SETLK, F_WRLCK, -3, 5));
	CALL(lock(F_SETLK, F_WRLCK, 0x7fffffffffffffff, 2));
	CALL(fcntl(lock_ends[0], F_SETLK, &(struct flock){.l_type = F_WRLCK}));
	seen_by_child(F_GETLK);
	copy = dup(lock_ends[0]);
	close(copy); /* of a process, all locks on the file go */
	seen_by_child(F_GETLK);
	CALL(lock(F_OFD_SETLK, F_WRLCK, 30, 10));
	seen_by_child(F_GETLK);
	CALL(lock(F_SETLK, F_WRLCK, 30, 10));
	copy = dup(lock_ends[0]);
	close(copy);
	seen_by_child(F_OFD_GETLK); /* which shares the file, and so the lock */
	CALL(lock(F_OFD_SETLK, F_UNLCK, 0, 0));
	pid = child();
	if (pid == 0) {
		CALL(lock(F_SETLK, F_WRLCK, 0, 1));
		leave(0);
	}
	MUST(waitpid(pid, &status, 0) == pid);
	CALL(lock(F_SETLK, F_WRLCK, 0, 1));
}

/* Waits for locks: those that are let go of, a signal, and each other. */
static void record_locks_wait(int argc, char **argv)
{
	int status, told[2];
	pid_t pid;
	char c;

	(void)argc, (void)argv;
	on(SIGUSR1, handler, 0);
	MUST(pipe(lock_ends) == 0 && pipe(told) == 0);
	CALL(lock(F_SETLK, F_WRLCK, 1, 1));
	pid = child();
	if (pid == 0) {
		CALL(lock(F_SETLK, F_RDLCK, 0, 5));
		CALL(lock(F_SETLK, F_WRLCK, 2, 1));
		CALL(lock(F_SETLKW, F_RDLCK, 0, 2));
		write(told[1], "", 1);
		CALL(lock(F_SETLKW, F_RDLCK, 0, 2));
		fflush(stdout);
		write(told[1], "", 1);
		CALL(lock(F_SETLKW, F_WRLCK, 1, 1));
		leave(0);
	}
	until_it_sleeps(pid);
	kill(pid, SIGUSR1);
	MUST(read(told[0], &c, 1) == 1);
	until_it_sleeps(pid);
	CALL(lock(F_SETLK, F_UNLCK, 1, 1));
	MUST(read(told[0], &c, 1) == 1);
	MUST(lock(F_SETLKW, F_WRLCK, 3, 1) == 0);
	waitpid(pid, &status, 0);
	SHOW(status);
	fflush(stdout);
	/* One that waits for this one, which must not wait for it. */
	CALL(lock(F_SETLK, F_WRLCK, 1, 1));
	pid = child();
	if (pid == 0) {
		CALL(lock(F_SETLK, F_WRLCK, 2, 1));
		fflush(stdout);
		write(told[1], "", 1);
		CALL(lock(F_SETLKW, F_WRLCK, 1, 1));
		leave(0);
	}
	MUST(read(told[0], &c, 1) == 1);
	until_it_sleeps(pid);
	CALL(lock(F_SETLKW, F_WRLCK, 2, 1));
	fflush(stdout);
	MUST(lock(F_SETLK, F_UNLCK, 1, 1) == 0);
	waitpid(pid, &status, 0);
	SHOW(status);
}

/* flock(2): of an open file, however many processes and fds have it. */
static void whole_locks(int argc, char **argv)
{
	int first = open("tests/conform/ten", O_RDONLY);
	int second = open("tests/conform/ten", O_RDONLY);
	int copy = dup(first), status;
	pid_t pid;

	(void)argc, (void)argv;
	CALL(flock(first, LOCK_EX));
	CALL(flock(copy, LOCK_EX | LOCK_NB));
	CALL(flock(second, LOCK_SH | LOCK_NB));
	CALL(flock(first, LOCK_SH));
	CALL(flock(second, LOCK_SH | LOCK_NB));
	CALL(flock(first, LOCK_EX | LOCK_NB));
	CALL(flock(second, LOCK_UN));
	CALL(flock(first, LOCK_EX | LOCK_NB));
	close(first);
	CALL(flock(second, LOCK_EX | LOCK_NB));
	pid = child();
	if (pid == 0) {
		CALL(flock(copy, LOCK_EX | LOCK_NB));
		CALL(flock(second, LOCK_EX));
		leave(0);
	}
	until_it_sleeps(pid);
	MUST(flock(copy, LOCK_UN) == 0);
	MUST(waitpid(pid, &status, 0) == pid);
	SHOW(status);
	close(copy);
	CALL(flock(second, LOCK_EX | LOCK_NB));
}

/* Advice on memory that a child may have, or not: madvise(2). */
static void fork_advice(int argc, char **argv)
{
	char *memory = mmap((void *)0x7000000000, 4 * PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *shared =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t pid;

	(void)argc, (void)argv;
	MUST(memory != MAP_FAILED && shared != MAP_FAILED);
	memset(memory, 'm', 4 * PAGE);
	memset(shared, 's', 2 * PAGE);
	CALL(madvise(memory + PAGE, PAGE, MADV_DONTFORK));
	CALL(madvise(memory + 2 * PAGE, PAGE, MADV_WIPEONFORK));
	CALL(madvise(shared, PAGE, MADV_WIPEONFORK));
	for (int i = 0; i < 2; i++) {
		pid = child();
		if (pid == 0) {
			CALL(msync(memory, 4 * PAGE, MS_ASYNC));
			CALL(msync(memory, PAGE, MS_ASYNC));
			SHOW(memory[0]);
			SHOW(memory[2 * PAGE]);
			memory[2 * PAGE] = 'x';
			SHOW(memory[3 * PAGE]);
			CALL(madvise(shared + PAGE, PAGE, MADV_REMOVE));
			shared[PAGE] = 'c';
			leave(0);
		}
		MUST(waitpid(pid, &status, 0) == pid);
		SHOW(status);
		SHOW(memory[PAGE]);
		SHOW(memory[2 * PAGE]);
		SHOW(shared[0]);
		SHOW(shared[PAGE]);
		SHOW(shared[PAGE + 1]); /* what one process removes is gone for all */
		CALL(madvise(memory + PAGE, PAGE, MADV_DOFORK));
		CALL(madvise(memory, 4 * PAGE, MADV_KEEPONFORK));
	}
}

/* Files that stand for a process: pidfd_open(2). */
static void pidfds(int argc, char **argv)
{
	siginfo_t info = {0};
	struct pollfd poller = {.events = POLLIN};
	int ends[2], fd, status, got;
	pid_t pid;
	char c = 'p';

	(void)argc, (void)argv;
	MUST(pipe(ends) == 0);
	pid = child();
	if (pid == 0) {
		int hidden = dup2(ends[1], 99);

		on(SIGUSR1, note, 0);
		write(ends[1], "", 1);
		while (!seen[SIGUSR1])
			usleep(1000);
		leave(hidden == 99 ? 3 : 4);
	}
	fd = syscall(SYS_pidfd_open, pid, 0);
	SHOW(fcntl(fd, F_GETFD));
	SHOW(fcntl(fd, F_GETFL) & O_ACCMODE);
	MUST(read(ends[0], &c, 1) == 1);
	poller.fd = fd;
	CALL(poll(&poller, 1, 0));
	got = syscall(SYS_pidfd_getfd, fd, 99, 0);
	CALL(write(got, "q", 1));
	CALL(read(ends[0], &c, 1));
	SHOW(c);
	CALL(syscall(SYS_pidfd_getfd, fd, 98, 0));
	CALL(syscall(SYS_pidfd_getfd, fd, 99, 1));
	CALL(syscall(SYS_pidfd_getfd, 0, 99, 0));
	CALL(syscall(SYS_pidfd_open, pid, 1));
	CALL(syscall(SYS_pidfd_open, 0, 0));
	CALL(syscall(SYS_pidfd_open, 1000000000, 0));
	CALL(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
	CALL(syscall(SYS_pidfd_send_signal, fd, 65, NULL, 0));
	CALL(syscall(SYS_pidfd_send_signal, 0, SIGUSR1, NULL, 0));
	CALL(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, &info, 0));
	CALL(waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG));
	SHOW(info.si_pid);
	CALL(waitid(P_PIDFD, 0, &info, WEXITED));
	CALL(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	CALL(poll(&poller, 1, -1));
	SHOW(poller.revents);
	CALL(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	CALL(waitid(P_PIDFD, fd, &info, WEXITED));
	SHOW(info.si_pid == pid && info.si_status == 3);
	CALL(waitid(P_PIDFD, fd, &info, WEXITED));
	CALL(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0));
	CALL(syscall(SYS_pidfd_getfd, fd, 99, 0));
	CALL(read(fd, &c, 1));
	close(fd);
	fflush(stdout);
	/* The same made with the process; one that isn't waited for. */
	pid = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &fd, 0, 0);
	if (pid == 0) {
		pause();
		_exit(0);
	}
	SHOW(fcntl(fd, F_GETFD));
	CALL(fcntl(fd, F_SETFL, O_NONBLOCK));
	CALL(waitid(P_PIDFD, fd, &info, WEXITED));
	CALL(syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0));
	poller.fd = fd;
	CALL(poll(&poller, 1, -1));
	CALL(waitpid(pid, &status, 0) == pid);
	SHOW(status);
	CALL(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, &fd, 0, 0));
	CALL(syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, (void *)8, 0, 0));
	CALL(waitpid(-1, &status, 0));
}

const struct conform_case job_cases[] = {
	{"pidfds", pidfds},
	{"fork-advice", fork_advice},
	{"record-locks", record_locks},
	{"record-locks-wait", record_locks_wait},
	{"whole-locks", whole_locks},
	{"proc-others", proc_others},
	{"orphaned-group", orphaned_group},
	{"terminal-jobs", terminal_jobs},
	{"signal-rest", signal_rest},
	{"vfork-killed", vfork_killed},
	{"vfork-thread", vfork_thread},
	{NULL, NULL},
};
