/* SPDX-License-Identifier: MIT */
/*
 * Runs a command that is started with something unusual, and ends as it does.
 *
 *   inherit alarm COMMAND...     an alarm(2) that goes off after a second
 *   inherit socket COMMAND...    stdin and stdout are one socket; "text" comes from it, and what
 *                                is written to it goes to our stdout
 *   inherit terminal COMMAND...  stdin is a terminal; "text" is typed there after a second
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
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

int main(int argc, char **argv)
{
	pid_t pid;
	int status;

	if (argc < 3)
		errx(125, "usage: inherit alarm|socket|terminal COMMAND...");
	if (strcmp(argv[1], "alarm") == 0) {
		alarm(1);
		run(argv + 2);
	}
	pid = strcmp(argv[1], "socket") == 0 ? with_socket(argv + 2) : with_terminal(argv + 2);
	if (waitpid(pid, &status, 0) < 0)
		err(125, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
