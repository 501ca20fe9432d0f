/* SPDX-License-Identifier: MIT */
/*
 * Processes that are made, and end, in a loop: the time of each, from before
 * fork(2) until it is reaped.
 *
 *   processes fork             that exit at once
 *   processes exec PROGRAM     that execute PROGRAM, which ends with status 0
 *
 *   processes count N [PROGRAM]     N of them and no more, for hypervisor/bench/count.c
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static char *program; /* NULL: none */

static void one(void)
{
	char *const arguments[] = {program, NULL};
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (program)
			execv(program, arguments);
		_exit(program ? 1 : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "fork, wait");
	if (status)
		errx(1, "wait status 0x%x", status);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "fork") == 0 && argc == 2) {
		tell_operation(what, one);
	} else if (strcmp(what, "exec") == 0 && argc == 3) {
		program = argv[2];
		tell_operation(what, one);
	} else if (strcmp(what, "count") == 0 && argc > 2) {
		program = argv[3];
		for (long n = atol(argv[2]); n > 0; n--)
			one();
	} else {
		errx(1, "usage: processes fork | exec PROGRAM | count N [PROGRAM]");
	}
	return 0;
}
