/* SPDX-License-Identifier: MIT */
/*
 * Runs a command that is started with something unusual, and ends as it does.
 *
 *   inherit alarm COMMAND...     an alarm(2) that goes off after a second
 *   inherit signals IGNORED BLOCKED COMMAND...
 *                                these signals, comma-separated numbers, are ignored and blocked,
 *                                all others as by default
 *   inherit socket COMMAND...    stdin and stdout are one socket; "text" comes from it, and what
 *                                is written to it goes to our stdout
 *   inherit terminal COMMAND...  stdin is a terminal; "text" is typed there after a second
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char text[] = "text\n";

static _Noreturn void run(char **command)
{
	execv(command[0], command);
	err(125, "%s", command[0]);
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(125, "fork");
	return pid;
}

static void say(int fd)
{
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err(125, "write");
}

static pid_t with_socket(char **command)
{
	char buffer[4096];
	int ends[2];
	ssize_t n;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		err(125, "socketpair");
	pid = start();
	if (pid == 0) {
		dup2(ends[1], STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		run(command);
	}
	close(ends[1]);
	say(ends[0]);
	shutdown(ends[0], SHUT_WR);
	while ((n = read(ends[0], buffer, sizeof(buffer))) > 0)
		if (write(STDOUT_FILENO, buffer, n) != n)
			err(125, "stdout");
	return pid;
}

static pid_t with_terminal(char **command)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	const char *name;
	pid_t pid;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || !(name = ptsname(master)))
		err(125, "terminal");
	pid = start();
	if (pid == 0) {
		int terminal;

		/* The first that the leader of a session opens becomes its own. */
		if (setsid() < 0 || (terminal = open(name, O_RDWR)) < 0)
			err(125, "%s", name);
		dup2(terminal, STDIN_FILENO);
		close(terminal);
		close(master);
		run(command);
	}
	sleep(1);
	say(master);
	return pid;
}

static uint64_t signals(char *list)
{
	uint64_t set = 0;

	for (char *word = strtok(list, ","); word; word = strtok(NULL, ","))
		if (atoi(word) > 0)
			set |= UINT64_C(1) << (atoi(word) - 1);
	return set;
}

/* By the calls themselves: the C library's keep some signals for itself. */
static void set_signals(uint64_t ignored, uint64_t blocked)
{
	for (int sig = 1; sig <= 64; sig++) {
		/* The kernel's struct sigaction: handler, flags, restorer, mask. */
		const uint64_t action[4] = {
			(uintptr_t)(ignored >> (sig - 1) & 1 ? SIG_IGN : SIG_DFL)};

		if (sig != SIGKILL && sig != SIGSTOP &&
		    syscall(SYS_rt_sigaction, sig, action, NULL, sizeof(uint64_t)) < 0)
			err(125, "signal %d", sig);
	}
	if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, NULL, sizeof(blocked)) < 0)
		err(125, "rt_sigprocmask");
}

int main(int argc, char **argv)
{
	pid_t pid;
	int status;

	if (argc < 3)
		errx(125, "usage: inherit alarm|signals|socket|terminal COMMAND...");
	if (strcmp(argv[1], "alarm") == 0) {
		alarm(1);
		run(argv + 2);
	}
	if (strcmp(argv[1], "signals") == 0 && argc > 4) {
		set_signals(signals(argv[2]), signals(argv[3]));
		run(argv + 4);
	}
	pid = strcmp(argv[1], "socket") == 0 ? with_socket(argv + 2) : with_terminal(argv + 2);
	if (waitpid(pid, &status, 0) < 0)
		err(125, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
