/* SPDX-License-Identifier: MIT */
/* Says hello and waits for the end of stdin, so that its memory can be looked at meanwhile. */
#include "../syscall.h"

int main(void)
{
	char c;

	return print(1, "Hello, world!\n") < 0 || read(0, &c, 1) != 0;
}
