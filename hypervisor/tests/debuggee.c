/* SPDX-License-Identifier: MIT */
/* A program to be debugged, in C as it is written with a C library. See gdb.sh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int sum;
volatile unsigned long rounds;

static int square(int n)
{
	int result = n * n;

	return result;
}

/* A child's page of this has the breakpoint of its parent, until it is copied. */
static int in_child(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(square(3));
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	for (int i = 1; i <= 3; i++)
		sum += square(i);
	puts("summed");
	fflush(stdout);
	if (argc > 1 && strcmp(argv[1], "crash") == 0)
		*(volatile int *)8 = sum;
	if (argc > 1 && strcmp(argv[1], "fork") == 0)
		return in_child();
	if (argc > 1 && strcmp(argv[1], "spin") == 0)
		for (;;)
			rounds++;
	if (argc > 1 && strcmp(argv[1], "trap") == 0)
		__asm__ volatile("int3");
	if (argc > 2 && strcmp(argv[1], "exec") == 0)
		execv(argv[2], argv + 2);
	return sum;
}
