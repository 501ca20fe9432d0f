/* SPDX-License-Identifier: MIT */
/*
 * Runs a command many times, each of which must end with status 0, and writes
 * a figure that runner.c takes to stderr.
 *
 *   many rate JOBS TOTAL COMMAND...   TOTAL of them, JOBS at a time:
 *                                     "rate N" of them in a second
 *   many hold COUNT COMMAND...        COUNT of them at once. Each has said a line and waits for the
 *                                     end of its stdin: "private N" and "peak N", KiB of one of
 * them
 */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int in[2], out[2]; /* the command's stdin and stdout, if it is held */

static pid_t start(char **command, const posix_spawn_file_actions_t *actions)
{
	char *const environment[] = {NULL};
	pid_t pid;
	int error = posix_spawn(&pid, command[0], actions, NULL, command, environment);

	if (error)
		errx(1, "%s: %s", command[0], strerror(error));
	return pid;
}

/* Waits for one of them to end. */
static void reap(void)
{
	int status;

	if (wait(&status) < 0)
		err(1, "wait");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		errx(1, "one was lost: wait status 0x%x", status);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void rate(unsigned jobs, unsigned total, char **command)
{
	double begin = now();

	for (unsigned i = 0; i < total; i++) {
		if (i >= jobs)
			reap();
		start(command, NULL);
	}
	for (unsigned i = 0; i < total && i < jobs; i++)
		reap();
	fprintf(stderr, "rate %.2f\n", total / (now() - begin));
}

/*
 * The sum of the lines of a process's smaps_rollup that start with `name`, in
 * KiB. That counts pages; VmHWM and ru_maxrss are estimates, and the latter
 * starts with the memory of who spawned the process.
 */
static unsigned long memory(pid_t pid, const char *name)
{
	unsigned long sum = 0, value;
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "r");
	if (!file)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0 &&
		    sscanf(line, "%*[^:]: %lu", &value) == 1)
			sum += value;
	fclose(file);
	return sum;
}

static void hold(unsigned count, char **command)
{
	posix_spawn_file_actions_t actions;
	pid_t *pids = calloc(count, sizeof(*pids));
	unsigned long private = 0, rss = 0;
	char c;

	if (!pids || pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
	    posix_spawn_file_actions_init(&actions) ||
	    posix_spawn_file_actions_adddup2(&actions, in[0], 0) ||
	    posix_spawn_file_actions_adddup2(&actions, out[1], 1))
		err(1, "set-up");
	for (unsigned i = 0; i < count; i++)
		pids[i] = start(command, &actions);
	close(out[1]);
	for (unsigned lines = 0; lines < count; lines += c == '\n')
		if (read(out[0], &c, 1) != 1)
			errx(1, "only %u of %u have come up", lines, count);
	for (unsigned i = 0; i < count; i++) {
		private += memory(pids[i], "Private_");
		rss += memory(pids[i], "Rss:");
	}
	close(in[1]);
	for (unsigned i = 0; i < count; i++)
		reap();
	fprintf(stderr, "private %lu\nrss %lu\n", private / count, rss / count);
}

int main(int argc, char **argv)
{
	if (argc > 4 && strcmp(argv[1], "rate") == 0)
		rate(atoi(argv[2]), atoi(argv[3]), argv + 4);
	else if (argc > 3 && strcmp(argv[1], "hold") == 0)
		hold(atoi(argv[2]), argv + 3);
	else
		errx(1, "usage: many rate JOBS TOTAL COMMAND... | many hold COUNT COMMAND...");
	return 0;
}
