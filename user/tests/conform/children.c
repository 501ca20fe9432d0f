/* SPDX-License-Identifier: MIT */
/* Processes: fork, their ends, and what wait tells of them. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

#define PAGE 4096

/* futex(2): musl has no header of them. */
#define FUTEX_WAIT 0
#define FUTEX_WAKE 1

static void show_status(const char *what, int status)
{
	if (WIFEXITED(status))
		printf("%s: exit %d\n", what, WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		printf("%s: signal %d, core %d\n", what, WTERMSIG(status), WCOREDUMP(status));
	else if (WIFSTOPPED(status))
		printf("%s: stopped by %d\n", what, WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		printf("%s: continued\n", what);
}

static void reap(const char *what, pid_t pid)
{
	int status;

	MUST(waitpid(pid, &status, 0) == pid);
	show_status(what, status);
}

static void fork_basic(int argc, char **argv)
{
	static int data = 1;
	int on_stack = 2;
	int *heap = malloc(sizeof(*heap));
	pid_t parent = getpid();
	pid_t pid;

	*heap = 3;
	pid = child();
	if (pid == 0) {
		SHOW(getppid() == parent);
		SHOW(getpid() != parent && getpid() == gettid());
		data = on_stack = *heap = 9;
		printf("%d %d %d\n", data, on_stack, *heap);
		leave(7);
	}
	reap("child", pid);
	printf("%d %d %d\n", data, on_stack, *heap);
	CALL(waitpid(pid, NULL, 0));
	CALL(wait(NULL));
}

/* Pages that two or three processes have until one of them writes. */
static void fork_copies(int argc, char **argv)
{
	enum { PAGES = 600 };
	int *memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	long sum = 0;
	pid_t pid;

	for (int i = 0; i < PAGES; i++)
		memory[i * PAGE / 4] = i;
	for (int round = 0; round < 3; round++) {
		pid = child();
		if (pid == 0) {
			for (int i = round; i < PAGES; i += 3)
				memory[i * PAGE / 4] += 1000;
			pid = child();
			if (pid == 0) {
				for (int i = 0; i < PAGES; i += 2)
					memory[i * PAGE / 4] = 0;
			} else {
				reap("grandchild", pid);
			}
			for (int i = 0; i < PAGES; i++)
				sum += memory[i * PAGE / 4];
			printf("round %d: %ld\n", round, sum);
			leave(0);
		}
		for (int i = 0; i < PAGES; i += 7)
			memory[i * PAGE / 4]++;
		reap("child", pid);
	}
	for (int i = 0; i < PAGES; i++)
		sum += memory[i * PAGE / 4];
	SHOW(sum);
}

/* The rights of pages after a fork: mprotect of what is shared, munmap and mremap of it. */
static void fork_rights(int argc, char **argv)
{
	char *memory =
		mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	memset(memory, 'a', 4 * PAGE);
	MUST(mprotect(memory, PAGE, PROT_READ) == 0);
	pid = child();
	if (pid == 0) {
		CALL(mprotect(memory, PAGE, PROT_READ | PROT_WRITE));
		memory[0] = 'b';
		CALL(munmap(memory + PAGE, PAGE));
		memory = mremap(memory + 2 * PAGE, 2 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
		memory[0] = 'c';
		printf("%c %c %d\n", memory[0], memory[PAGE], memory[7 * PAGE]);
		leave(0);
	}
	reap("child", pid);
	printf("%c %c %c\n", memory[0], memory[PAGE], memory[2 * PAGE]);
	CALL(mprotect(memory, PAGE, PROT_READ | PROT_WRITE));
	memory[0] = 'd';
	pid = child();
	if (pid == 0) {
		MUST(mprotect(memory, PAGE, PROT_NONE) == 0);
		memory[0] = 'e';
		leave(0);
	}
	reap("without the right", pid);
	printf("%c\n", memory[0]);
}

static void fork_shared(int argc, char **argv)
{
	int *shared =
		mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	shared[0] = 1;
	pid = child();
	if (pid == 0) {
		shared[0]++;
		shared[PAGE / 4] = 5; /* not touched before */
		MUST(mprotect(shared, PAGE, PROT_READ) == 0);
		MUST(mprotect(shared, PAGE, PROT_READ | PROT_WRITE) == 0);
		shared[1] = 6;
		pid = child();
		if (pid == 0) {
			shared[2 * PAGE / 4] = 7;
			leave(0);
		}
		reap("grandchild", pid);
		leave(0);
	}
	reap("child", pid);
	printf("%d %d %d %d\n", shared[0], shared[1], shared[PAGE / 4], shared[2 * PAGE / 4]);
}

/* The state of the FPU is the parent's, and then the child's own. */
static void fork_float(int argc, char **argv)
{
	volatile double x = 1.5;
	unsigned control = 0x3f80, read;
	unsigned short x87 = 0x77f;
	pid_t pid;

	__asm__ volatile("ldmxcsr %0; fldcw %1" : : "m"(control), "m"(x87));
	pid = fork();
	__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(read), "=m"(x87));
	printf("%x %x %.3f\n", read & 0xffc0, x87, x * 2);
	if (pid == 0)
		leave(0);
	fflush(stdout);
	MUST(waitpid(pid, NULL, 0) == pid);
}

static void fork_statuses(int argc, char **argv)
{
	static const int signals[] = {SIGTERM, SIGKILL, SIGSEGV, SIGUSR1, SIGALRM, 40};
	pid_t pid;

	for (int i = 0; i < 3; i++) {
		pid = child();
		if (pid == 0)
			leave(i * 128);
		reap("exit", pid);
	}
	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		pid = child();
		if (pid == 0) {
			kill(getpid(), signals[i]);
			leave(0);
		}
		reap("signal", pid);
	}
	pid = child();
	if (pid == 0)
		*(volatile int *)8 = 1;
	reap("fault", pid);
	pid = child();
	if (pid == 0)
		abort();
	reap("abort", pid);
}

/* Of several that have ended the oldest is told first. */
static void fork_order(int argc, char **argv)
{
	siginfo_t info;
	pid_t pids[4];

	(void)argc, (void)argv;
	for (int i = 0; i < 4; i++) {
		pids[i] = child();
		if (pids[i] == 0)
			leave(i);
	}
	for (int i = 0; i < 4; i++)
		MUST(waitid(P_PID, pids[i], &info, WEXITED | WNOWAIT) == 0);
	for (int i = 0; i < 4; i++)
		SHOW(wait(NULL) == pids[i]);
}

static void fork_waits(int argc, char **argv)
{
	int status = 77;
	int gate[2];
	pid_t a, b;

	MUST(pipe(gate) == 0);
	a = child();
	if (a == 0) {
		read(gate[0], &status, 1);
		leave(1);
	}
	b = child();
	if (b == 0)
		leave(2);
	SHOW(waitpid(a, &status, WNOHANG));
	SHOW(status);
	SHOW(waitpid(-1, &status, 0) == b);
	show_status("any", status);
	CALL(waitpid(b, &status, WNOHANG));
	CALL(waitpid(-99999, &status, 0));
	CALL(waitpid(INT_MIN, &status, 0));
	CALL(waitpid(a, &status, 0x40));
	CALL(waitpid(getppid(), &status, 0));
	write(gate[1], "x", 1);
	SHOW(waitpid(0, &status, 0) == a);
	show_status("group", status);
	CALL(waitpid(-1, &status, WNOHANG));
	a = child();
	if (a == 0)
		leave(3);
	SHOW(waitpid(-getpgrp(), (int *)0, 0) == a);
	a = child();
	if (a == 0)
		leave(3);
	SHOW(syscall(SYS_wait4, a, 8, 0, 0));
	CALL(waitpid(a, &status, 0));
}

static void show_info(const siginfo_t *info, pid_t pid)
{
	printf("signo %d code %d status %d pid %d uid %d errno %d\n", info->si_signo, info->si_code,
	       info->si_status, info->si_pid == pid, info->si_uid == getuid(), info->si_errno);
}

static void fork_waitid(int argc, char **argv)
{
	siginfo_t info;
	pid_t pid = child();

	if (pid == 0)
		leave(9);
	CALL(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	show_info(&info, pid);
	memset(&info, 0x11, sizeof(info));
	CALL(waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
	show_info(&info, pid);
	CALL(waitid(P_PID, pid, &info, WEXITED));
	pid = child();
	if (pid == 0) {
		pause();
		leave(0);
	}
	memset(&info, 0x11, sizeof(info));
	CALL(waitid(P_PID, pid, &info, WEXITED | WNOHANG));
	show_info(&info, 0);
	CALL(waitid(P_PGID, 0, &info, WSTOPPED | WNOHANG));
	kill(pid, SIGINT);
	CALL(waitid(P_PGID, getpgrp(), &info, WEXITED));
	show_info(&info, pid);
	CALL(waitid(P_PID, 0, &info, WEXITED));
	CALL(waitid(P_ALL, 0, NULL, WNOHANG));
	CALL(waitid(P_ALL, 0, NULL, WEXITED));
}

/* A child that leaves a child of its own, which writes there once it is an orphan. */
static pid_t child_with_orphan(int to)
{
	pid_t pid = child();

	if (pid == 0) {
		pid_t parent = getpid();

		if (fork() == 0) {
			while (getppid() == parent)
				usleep(1000);
			write(to, "o", 1);
			_exit(5);
		}
		leave(4);
	}
	return pid;
}

static void fork_orphan(int argc, char **argv)
{
	int channel[2];
	int status;
	char c;

	MUST(pipe(channel) == 0);
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
	reap("child", child_with_orphan(channel[1]));
	MUST(read(channel[0], &c, 1) == 1);
	MUST(wait(&status) > 0);
	show_status("orphan, by a subreaper", status);
}

/* The orphan of a parent that nobody has made a subreaper of isn't a child here. */
static void fork_adopted(int argc, char **argv)
{
	int channel[2];
	char c = 0;

	MUST(pipe(channel) == 0);
	reap("child", child_with_orphan(channel[1]));
	SHOW(read(channel[0], &c, 1));
	CALL(wait(NULL));
}

static volatile int seen, seen_code, seen_status;
static volatile pid_t seen_pid;

static void on_child(int sig, siginfo_t *info, void *context)
{
	seen++;
	seen_pid = info->si_pid;
	seen_code = info->si_code;
	seen_status = info->si_status;
}

static void watch_children(int flags)
{
	struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | flags};

	MUST(sigaction(SIGCHLD, &action, NULL) == 0);
}

static void fork_sigchld(int argc, char **argv)
{
	sigset_t block, old;
	pid_t pid;

	watch_children(0);
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	for (int i = 0; i < 2; i++) {
		sigprocmask(SIG_BLOCK, &block, &old);
		pid = child();
		if (pid == 0) {
			if (i)
				raise(SIGKILL);
			leave(17);
		}
		sigsuspend(&old);
		sigprocmask(SIG_SETMASK, &old, NULL);
		printf("%d: pid %d code %d status %d\n", seen, seen_pid == pid, seen_code,
		       seen_status);
		reap("child", pid);
	}
}

static void fork_no_zombies(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
	pid_t pid;

	signal(SIGCHLD, SIG_IGN);
	pid = child();
	if (pid == 0)
		leave(1);
	CALL(waitpid(pid, NULL, 0));
	sigaction(SIGCHLD, &action, NULL);
	pid = child();
	if (pid == 0)
		leave(1);
	CALL(wait(NULL));
	watch_children(SA_NOCLDWAIT);
	pid = child();
	if (pid == 0)
		leave(3);
	errno = 0;
	while (wait(NULL) < 0 && errno == EINTR)
		;
	SHOW(errno == ECHILD);
	printf("%d: code %d status %d\n", seen, seen_code, seen_status);
}

static void fork_interrupted(int argc, char **argv)
{
	int gate[2];
	pid_t pid, other;
	char c;

	MUST(pipe(gate) == 0);
	watch_children(0);
	other = child();
	if (other == 0) {
		read(gate[0], &c, 1);
		leave(0);
	}
	pid = child();
	while (pid == 0) { /* until one comes while the parent waits */
		usleep(10000);
		kill(getppid(), SIGCHLD);
	}
	CALL(waitpid(other, NULL, 0));
	kill(pid, SIGKILL);
	MUST(waitpid(pid, NULL, 0) == pid || waitpid(pid, NULL, 0) == pid);
	watch_children(SA_RESTART);
	pid = child();
	if (pid == 0)
		leave(0);
	pid = child();
	if (pid == 0) {
		usleep(20000);
		write(gate[1], "x", 1);
		leave(0);
	}
	SHOW(waitpid(other, NULL, 0) == other);
	SHOW(seen >= 2);
}

static void fork_stopped(int argc, char **argv)
{
	int gate[2];
	int status;
	char c;
	siginfo_t info;
	pid_t pid;

	MUST(pipe(gate) == 0);
	watch_children(SA_RESTART);
	pid = child();
	if (pid == 0) {
		SHOW(read(gate[0], &c, 1)); /* goes on where it was */
		leave(6);
	}
	kill(pid, SIGSTOP);
	SHOW(waitpid(pid, &status, WUNTRACED) == pid);
	show_status("child", status);
	SHOW(waitpid(pid, &status, WUNTRACED | WNOHANG));
	printf("code %d status %d\n", seen_code, seen_status);
	kill(pid, SIGCONT);
	CALL(waitid(P_PID, pid, &info, WCONTINUED | WNOWAIT));
	show_info(&info, pid);
	SHOW(waitpid(pid, &status, WCONTINUED) == pid);
	show_status("child", status);
	watch_children(SA_RESTART | SA_NOCLDSTOP);
	seen = 0;
	kill(pid, SIGSTOP);
	SHOW(waitpid(pid, &status, WUNTRACED) == pid);
	SHOW(seen);
	kill(pid, SIGTERM); /* waits for SIGCONT */
	SHOW(waitpid(pid, &status, WNOHANG));
	kill(pid, SIGCONT);
	reap("child", pid);
	pid = child();
	if (pid == 0) {
		raise(SIGSTOP);
		leave(0);
	}
	SHOW(waitpid(pid, &status, WUNTRACED) == pid);
	kill(pid, SIGKILL);
	reap("stopped and killed", pid);
}

static void fork_death_signal(int argc, char **argv)
{
	int channel[2];
	char c = 0;
	pid_t pid;

	MUST(pipe(channel) == 0);
	pid = child();
	if (pid == 0) {
		if (fork() == 0) {
			sigset_t set;
			siginfo_t info;

			sigemptyset(&set);
			sigaddset(&set, SIGUSR2);
			sigprocmask(SIG_BLOCK, &set, NULL);
			prctl(PR_SET_PDEATHSIG, SIGUSR2);
			write(channel[1], "r", 1);
			sigwaitinfo(&set, &info);
			c = info.si_signo == SIGUSR2 ? 'y' : 'n';
			write(channel[1], &c, 1);
			_exit(0);
		}
		read(channel[0], &c, 1);
		leave(0);
	}
	reap("child", pid);
	SHOW(read(channel[0], &c, 1));
	printf("%c\n", c);
}

static void fork_signals(int argc, char **argv)
{
	sigset_t set, pending;
	stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536}, got;
	struct sigaction action;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR2, SIG_IGN);
	sigaltstack(&stack, NULL);
	raise(SIGUSR1);
	pid = child();
	if (pid == 0) {
		sigpending(&pending);
		SHOW(sigismember(&pending, SIGUSR1));
		sigprocmask(SIG_BLOCK, NULL, &set);
		SHOW(sigismember(&set, SIGUSR1));
		sigaction(SIGUSR2, NULL, &action);
		SHOW(action.sa_handler == SIG_IGN);
		sigaltstack(NULL, &got);
		SHOW(got.ss_sp == stack.ss_sp && got.ss_size == stack.ss_size);
		signal(SIGUSR2, SIG_DFL);
		leave(0);
	}
	reap("child", pid);
	sigaction(SIGUSR2, NULL, &action);
	SHOW(action.sa_handler == SIG_IGN);
	sigpending(&pending);
	SHOW(sigismember(&pending, SIGUSR1));
}

/* Fds are copied, offsets shared; what else a process has of its own. */
static void fork_files(int argc, char **argv)
{
	int fd = open("tests/conform/ten", O_RDONLY);
	struct rlimit limit = {100, 200};
	char text[4] = "";
	pid_t pid;

	MUST(fd >= 0);
	pid = child();
	if (pid == 0) {
		read(fd, text, 3);
		puts(text);
		close(0);
		chdir("/");
		umask(077);
		setrlimit(RLIMIT_NOFILE, &limit);
		SHOW(fcntl(fd, F_SETFD, FD_CLOEXEC));
		leave(0);
	}
	reap("child", pid);
	read(fd, text, 3);
	puts(text);
	SHOW(fcntl(fd, F_GETFD));
	SHOW(fcntl(0, F_GETFD));
	SHOW(access("tests/conform/ten", R_OK));
	printf("%o\n", umask(0));
	getrlimit(RLIMIT_NOFILE, &limit);
	SHOW(limit.rlim_cur == 100);
}

static void *sleep_long(void *unused)
{
	pause();
	return NULL;
}

/* Of a process with threads, only the one that calls fork goes on in the child. */
static void fork_threads(int argc, char **argv)
{
	pthread_t threads[3];
	pid_t pid;

	for (int i = 0; i < 3; i++)
		MUST(pthread_create(&threads[i], NULL, sleep_long, NULL) == 0);
	pid = child();
	if (pid == 0) {
		pthread_t thread;

		MUST(pthread_create(&thread, NULL, sleep_long, NULL) == 0);
		puts("one thread, and a new one");
		leave(3);
	}
	reap("child", pid);
	pid = child();
	if (pid == 0) {
		MUST(pthread_create(&threads[0], NULL, sleep_long, NULL) == 0);
		kill(getpid(), SIGTERM);
		pause();
	}
	reap("with threads", pid);
}

static void fork_tree(int argc, char **argv)
{
	int depth = 0;

	fflush(stdout);
	while (depth < 5) {
		pid_t a = fork(), b;

		MUST(a >= 0);
		if (a == 0) {
			depth++;
			continue;
		}
		b = fork();
		MUST(b >= 0);
		if (b == 0) {
			depth++;
			continue;
		}
		int status, sum = 1;

		for (int i = 0; i < 2; i++) {
			MUST(wait(&status) > 0);
			sum += WEXITSTATUS(status);
		}
		if (depth == 0) {
			SHOW(sum);
			return;
		}
		_exit(sum);
	}
	_exit(1);
}

static void fork_many(int argc, char **argv)
{
	int status, sum = 0;

	fflush(stdout);
	for (int i = 0; i < 200; i++) {
		pid_t pid = fork();

		MUST(pid >= 0);
		if (pid == 0)
			_exit(i % 100);
		if (i % 10 == 9)
			while (waitpid(-1, &status, 0) > 0)
				sum += WEXITSTATUS(status);
	}
	SHOW(sum);
}

static void fork_pipe(int argc, char **argv)
{
	enum { TOTAL = 300000 };
	int channel[2];
	char buffer[5000];
	long sum = 0, n, count = 0;
	pid_t pid;

	MUST(pipe(channel) == 0);
	pid = child();
	if (pid == 0) {
		close(channel[0]);
		for (long i = 0; i < TOTAL; i += n) {
			for (int k = 0; k < (int)sizeof(buffer); k++)
				buffer[k] = (i + k) % 113;
			n = write(channel[1], buffer, sizeof(buffer));
		}
		leave(0);
	}
	close(channel[1]);
	while ((n = read(channel[0], buffer, 3000)) > 0) {
		for (int k = 0; k < n; k++)
			sum += buffer[k] * ((count + k) % 7);
		count += n;
	}
	printf("%ld bytes, %ld\n", count, sum);
	reap("writer", pid);
	MUST(pipe(channel) == 0);
	pid = child();
	if (pid == 0) {
		close(channel[0]);
		while (write(channel[1], buffer, sizeof(buffer)) > 0)
			;
		leave(1);
	}
	close(channel[1]);
	read(channel[0], buffer, 1);
	close(channel[0]);
	reap("writer without a reader", pid);
}

/* Writes of up to PIPE_BUF bytes by several processes don't mix. */
static void fork_pipe_atomic(int argc, char **argv)
{
	int channel[2];
	char record[PIPE_BUF];
	int mixed = 0, count[4] = {0};
	long n, got;

	MUST(pipe(channel) == 0);
	for (int i = 0; i < 4; i++) {
		if (child() == 0) {
			memset(record, 'a' + i, sizeof(record));
			for (int k = 0; k < 20; k++)
				write(channel[1], record, sizeof(record));
			leave(0);
		}
	}
	close(channel[1]);
	for (;;) {
		for (got = 0; got < PIPE_BUF; got += n) {
			n = read(channel[0], record + got, PIPE_BUF - got);
			if (n <= 0)
				break;
		}
		if (got < PIPE_BUF)
			break;
		for (int k = 1; k < PIPE_BUF; k++)
			mixed += record[k] != record[0];
		count[record[0] - 'a']++;
	}
	SHOW(mixed);
	printf("%d %d %d %d\n", count[0], count[1], count[2], count[3]);
	while (wait(NULL) > 0)
		;
}

static void fork_futex(int argc, char **argv)
{
	int *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attributes;
	pthread_mutex_t *mutex = (pthread_mutex_t *)(shared + 16);
	struct timespec soon = {0, 20000000};
	int private = 0;
	pid_t pids[3];

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	MUST(pthread_mutex_init(mutex, &attributes) == 0);
	for (int i = 0; i < 3; i++) {
		pids[i] = child();
		if (pids[i] == 0) {
			for (int k = 0; k < 50; k++) {
				int value;

				pthread_mutex_lock(mutex);
				value = shared[1];
				sched_yield();
				shared[1] = value + 1;
				pthread_mutex_unlock(mutex);
			}
			leave(0);
		}
	}
	for (int i = 0; i < 3; i++)
		MUST(waitpid(pids[i], NULL, 0) == pids[i]);
	SHOW(shared[1]);
	pids[0] = child();
	if (pids[0] == 0) {
		SHOW(syscall(SYS_futex, shared, FUTEX_WAIT, 0, NULL, NULL, 0));
		CALL(syscall(SYS_futex, &private, FUTEX_WAIT, 0, &soon, NULL, 0));
		leave(0);
	}
	while (syscall(SYS_futex, shared, FUTEX_WAKE, 1, NULL, NULL, 0) == 0)
		usleep(1000);
	for (int i = 0; i < 3; i++) {
		/* The same address, another process's futex. */
		SHOW(syscall(SYS_futex, &private, FUTEX_WAKE, 1, NULL, NULL, 0));
		usleep(1000);
	}
	reap("waiter", pids[0]);
}

static void fork_robust(int argc, char **argv)
{
	pthread_mutex_t *mutex =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attributes;
	int gate[2];
	pid_t pid;
	char c;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	MUST(pthread_mutex_init(mutex, &attributes) == 0);
	MUST(pipe(gate) == 0);
	pid = child();
	if (pid == 0) {
		pthread_mutex_lock(mutex);
		write(gate[1], "x", 1);
		usleep(10000);
		leave(0); /* with the lock */
	}
	read(gate[0], &c, 1);
	SHOW(pthread_mutex_lock(mutex) == EOWNERDEAD);
	reap("child", pid);
	SHOW(pthread_mutex_consistent(mutex));
	SHOW(pthread_mutex_unlock(mutex));
}

static volatile int told_of_child;

static void note_child(int sig)
{
	(void)sig;
	told_of_child++;
}

/* The end of a child both wakes its parent and sends it a signal: the wait(2) isn't interrupted. */
static void end_interrupts_nothing(int argc, char **argv)
{
	int status = -1;
	pid_t pid;

	(void)argc, (void)argv;
	MUST(sigaction(SIGCHLD, &(struct sigaction){.sa_handler = note_child}, NULL) == 0);
	for (int i = 0; i < 3; i++) {
		pid = child();
		if (pid == 0)
			leave(i);
		SHOW(wait(&status) == pid);
		SHOW(WEXITSTATUS(status));
	}
	SHOW(told_of_child);
	MUST(sigaction(SIGCHLD,
		       &(struct sigaction){.sa_handler = note_child, .sa_flags = SA_NOCLDWAIT},
		       NULL) == 0);
	if (child() == 0)
		leave(0);
	CALL(wait(&status));
}

/* clone(2) takes as the signal of a child's end what is none: nobody gets one. */
static void fork_no_signal(int argc, char **argv)
{
	static const int numbers[] = {0, 64 + SIGKILL, 64 + SIGFPE, 128 + SIGUSR1, 255};

	(void)argc, (void)argv;
	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int status = -1;
		long pid;

		fflush(stdout);
		pid = syscall(SYS_clone, numbers[i], NULL, NULL, NULL, 0);

		if (pid == 0)
			leave(7);
		SHOW(waitpid(pid, &status, __WCLONE) == pid);
		show_status("child", status);
	}
}

const struct conform_case child_cases[] = {
	{"fork-no-signal", fork_no_signal},
	{"fork-basic", fork_basic},
	{"fork-copies", fork_copies},
	{"fork-rights", fork_rights},
	{"fork-shared", fork_shared},
	{"fork-float", fork_float},
	{"fork-statuses", fork_statuses},
	{"fork-order", fork_order},
	{"fork-waits", fork_waits},
	{"fork-waitid", fork_waitid},
	{"fork-orphan", fork_orphan},
	{"fork-adopted", fork_adopted},
	{"fork-sigchld", fork_sigchld},
	{"fork-no-zombies", fork_no_zombies},
	{"fork-interrupted", fork_interrupted},
	{"fork-end-and-signal", end_interrupts_nothing},
	{"fork-stopped", fork_stopped},
	{"fork-death-signal", fork_death_signal},
	{"fork-signals", fork_signals},
	{"fork-files", fork_files},
	{"fork-threads", fork_threads},
	{"fork-tree", fork_tree},
	{"fork-many", fork_many},
	{"fork-pipe", fork_pipe},
	{"fork-pipe-atomic", fork_pipe_atomic},
	{"fork-futex", fork_futex},
	{"fork-robust", fork_robust},
	{NULL, NULL},
};
