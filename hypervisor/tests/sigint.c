/* SPDX-License-Identifier: MIT */
/*
 * Runs a hypervisor and sends it SIGINT once its guest runs, as a terminal
 * does: a shell would have its background commands ignore it. Exits as a shell
 * would.
 */
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A guest runs once the filter of the hypervisor's system calls is in force. */
static bool runs(pid_t pid)
{
	bool filtered = false;
	char line[256];
	FILE *file;

	snprintf(line, sizeof(line), "/proc/%d/status", (int)pid);
	file = fopen(line, "r");
	if (!file)
		err(125, "%s", line);
	while (fgets(line, sizeof(line), file))
		filtered |= strcmp(line, "Seccomp:\t2\n") == 0;
	fclose(file);
	return filtered;
}

int main(int argc, char **argv)
{
	int pipe_in[2];
	int status;
	pid_t pid;

	/* stdin is a pipe on which nothing ever comes. */
	if (argc < 2 || pipe(pipe_in) < 0)
		errx(125, "usage: sigint COMMAND...");
	pid = fork();
	if (pid == 0) {
		dup2(pipe_in[0], STDIN_FILENO);
		signal(SIGINT, SIG_DFL);
		execv(argv[1], argv + 1);
		err(127, "%s", argv[1]);
	}
	while (!runs(pid) && waitpid(pid, &status, WNOHANG) == 0)
		usleep(10000);
	usleep(100000);
	kill(pid, SIGINT);
	if (waitpid(pid, &status, 0) < 0)
		err(125, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
