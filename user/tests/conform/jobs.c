/* SPDX-License-Identifier: MIT */
/* What processes do to each other: signals, groups, terminals, locks, files that name them. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define PAGE 4096

/* Waits until the process sleeps: proc_pid_stat(5), the state is behind the name. */
static void until_it_sleeps(pid_t pid)
{
	char path[40], text[200];
	int fd, bytes;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	do {
		usleep(1000);
		fd = open(path, O_RDONLY);
		MUST(fd >= 0);
		bytes = read(fd, text, sizeof(text) - 1);
		text[bytes > 0 ? bytes : 0] = '\0';
		close(fd);
	} while (!strstr(text, ") S "));
}

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

const struct conform_case job_cases[] = {
	{"signal-rest", signal_rest},
	{"vfork-killed", vfork_killed},
	{"vfork-thread", vfork_thread},
	{NULL, NULL},
};
