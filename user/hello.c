/* SPDX-License-Identifier: MIT */
/* The shortest program that says something. */
#include "syscall.h"

int main(void)
{
	return print(1, "Hello, world!\n") < 0;
}
