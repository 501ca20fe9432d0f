/* SPDX-License-Identifier: MIT */
/*
 * Runs a command and sends it SIGINT after a second, as a terminal does: a
 * shell would have its background commands ignore it. Exits as a shell would.
 */
#include <err.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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
	sleep(1);
	kill(pid, SIGINT);
	if (waitpid(pid, &status, 0) < 0)
		err(125, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
