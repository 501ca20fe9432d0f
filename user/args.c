/* SPDX-License-Identifier: MIT */
/* Prints its arguments and its environment, a line each. */
#include "syscall.h"

static void print_all(const char *name, char **strings)
{
	for (; *strings; strings++) {
		print(1, name);
		print(1, *strings);
		print(1, "\n");
	}
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	print_all("arg ", argv);
	print_all("env ", envp);
	return 0;
}
