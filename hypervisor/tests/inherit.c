/* SPDX-License-Identifier: MIT */
/*
 * Runs a command that is started with something unusual, and ends as it does.
 *
 *   inherit alarm SECONDS COMMAND...
 *                                an alarm(2) that goes off after that time
 *   inherit arguments COUNT BYTES COMMAND...
 *                                so many arguments more, of so many bytes each
 *   inherit signals IGNORED BLOCKED COMMAND...
 *                                these signals, comma-separated numbers, are ignored and blocked,
 *                                all others as by default
 *   inherit screen PROMPT LINE COMMAND...
 *                                stdin, stdout and stderr are one terminal of 24 lines by 100
 *                                columns; all that is shown there goes to our stdout. LINE and an
 *                                end of file are typed when PROMPT is the last that is shown, or
 *                                nothing is for 9 minutes; if PROMPT is "-", nothing is typed
 *   inherit socket COMMAND...    stdin and stdout are one socket; "text" comes from it, and what
 *                                is written to it goes to our stdout
 *   inherit terminal COMMAND...  stdin is a terminal; "text" is typed there after a second
 */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
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
	execvp(command[0], command);
	err(125, "%s", command[0]);
}

static _Noreturn void run_with_arguments(int count, size_t bytes, char **command, int words)
{
	char **all = calloc(words + count + 1, sizeof(*all));

	if (!all)
		err(125, "memory");
	memcpy(all, command, words * sizeof(*all));
	for (int i = 0; i < count; i++) {
		all[words + i] = calloc(bytes + 1, 1);
		if (!all[words + i])
			err(125, "memory");
		memset(all[words + i], 'a' + i % 26, bytes);
	}
	run(all);
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(125, "fork");
	return pid;
}

static void say(int fd, const char *what)
{
	if (write(fd, what, strlen(what)) != (ssize_t)strlen(what))
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
	say(ends[0], text);
	shutdown(ends[0], SHUT_WR);
	while ((n = read(ends[0], buffer, sizeof(buffer))) > 0)
		if (write(STDOUT_FILENO, buffer, n) != n)
			err(125, "stdout");
	return pid;
}

/* Starts a command with a terminal as its first `fds` fds. Sets *master to its other side. */
static pid_t start_on_terminal(int *master, int fds, char **command)
{
	const struct winsize size = {.ws_row = 24, .ws_col = 100};
	const char *name;
	int terminal;
	pid_t pid;

	*master = posix_openpt(O_RDWR | O_NOCTTY);
	if (*master < 0 || grantpt(*master) < 0 || unlockpt(*master) < 0 ||
	    !(name = ptsname(*master)) || ioctl(*master, TIOCSWINSZ, &size) < 0)
		err(125, "terminal");
	pid = start();
	if (pid != 0)
		return pid;
	/* The first that the leader of a session opens becomes its own. */
	if (setsid() < 0 || (terminal = open(name, O_RDWR)) < 0)
		err(125, "%s", name);
	for (int fd = 0; fd < fds; fd++)
		dup2(terminal, fd);
	close(terminal);
	close(*master);
	run(command);
}

static pid_t with_terminal(char **command)
{
	int master;
	pid_t pid = start_on_terminal(&master, 1, command);

	sleep(1);
	say(master, text);
	return pid;
}

/* Passes on what is shown until PROMPT comes, or nothing for 9 minutes. */
static void wait_for(const char *prompt, int master)
{
	struct pollfd shown = {.fd = master, .events = POLLIN};
	const size_t length = strlen(prompt);
	char last[256] = "";
	size_t have = 0;

	while (have < length || memcmp(last + have - length, prompt, length) != 0) {
		if (have == sizeof(last))
			memmove(last, last + 1, --have);
		if (poll(&shown, 1, 9 * 60 * 1000) != 1 || read(master, last + have, 1) != 1)
			return;
		if (write(STDOUT_FILENO, last + have, 1) != 1)
			err(125, "stdout");
		have++;
	}
}

static pid_t with_screen(const char *prompt, const char *line, char **command)
{
	char buffer[4096];
	ssize_t n;
	int master;
	pid_t pid = start_on_terminal(&master, 3, command);

	if (strcmp(prompt, "-") != 0) {
		wait_for(prompt, master);
		say(master, line);
		say(master, "\n\4");
	}
	/* EIO once nobody has the terminal open any more. */
	while ((n = read(master, buffer, sizeof(buffer))) > 0)
		if (write(STDOUT_FILENO, buffer, n) != n)
			err(125, "stdout");
	return pid;
}

static uint64_t signals(char *list)
{
	uint64_t set = 0;
	char *rest;

	for (char *word = strtok_r(list, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
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
		errx(125,
		     "usage: inherit alarm|arguments|screen|signals|socket|terminal COMMAND...");
	if (strcmp(argv[1], "alarm") == 0 && argc > 3) {
		alarm(atoi(argv[2]));
		run(argv + 3);
	}
	if (strcmp(argv[1], "arguments") == 0 && argc > 4)
		run_with_arguments(atoi(argv[2]), strtoul(argv[3], NULL, 10), argv + 4, argc - 4);
	if (strcmp(argv[1], "signals") == 0 && argc > 4) {
		set_signals(signals(argv[2]), signals(argv[3]));
		run(argv + 4);
	}
	if (strcmp(argv[1], "screen") == 0 && argc > 4)
		pid = with_screen(argv[2], argv[3], argv + 4);
	else if (strcmp(argv[1], "socket") == 0)
		pid = with_socket(argv + 2);
	else
		pid = with_terminal(argv + 2);
	if (waitpid(pid, &status, 0) < 0)
		err(125, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
