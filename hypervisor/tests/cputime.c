/* SPDX-License-Identifier: MIT */
/*
 * Runs a command to its end and prints on stdout whether it used as much CPU
 * time as it must and no more than it may; ends as it does.
 *
 *   cputime LEAST MOST COMMAND...   milliseconds
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long milliseconds(struct timeval time)
{
	return time.tv_sec * 1000 + time.tv_usec / 1000;
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status;
	long sum;
	pid_t pid;

	if (argc < 4)
		errx(125, "usage: cputime LEAST MOST COMMAND...");
	pid = fork();
	if (pid == 0) {
		execv(argv[3], argv + 3);
		err(125, "%s", argv[3]);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0)
		err(125, "%s", argv[3]);
	/* Linux splits what a task ran, to the nanosecond, between the two. */
	sum = milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
	if (sum >= atol(argv[1]) && sum <= atol(argv[2]))
		puts("within");
	else
		printf("%ld ms\n", sum);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
