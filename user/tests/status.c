/* SPDX-License-Identifier: MIT */
/* Exits with its argument, a number, by exit or (with a second argument) exit_group. */
#include "check.h"

int main(int argc, char **argv)
{
	long status = 0;
	const char *digit = argc > 1 ? argv[1] : "";
	int negative = *digit == '-';

	for (digit += negative; *digit; digit++)
		status = status * 10 + *digit - '0';
	syscall3(argc > 2 ? __NR_exit_group : __NR_exit, negative ? -status : status, 0, 0);
	return 99;
}
