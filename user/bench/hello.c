/* SPDX-License-Identifier: MIT */
/* What user/hello.c does, with a C library. */
#include <stdio.h>

int main(void)
{
	return puts("Hello, world!") < 0;
}
