/* SPDX-License-Identifier: MIT */
/* Uses so many pages, then executes itself with 170 KiB of arguments: then new memory is zeros. */
#include <linux/mman.h>

#include "check.h"

#define PAGE  4096L
#define COUNT 2600
#define NEW   (2L << 20)

static char text[65];
static char *arguments[COUNT + 1];

static int check_new(void)
{
	const char *at = (const char *)mmap(NULL, NEW, PROT_READ | PROT_WRITE,
					    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (long i = 0; i < NEW; i += sizeof(long))
		EQUAL(*(const long *)(at + i), 0);
	return pass();
}

int main(int argc, char **argv)
{
	volatile char *at;
	long pages = 0;

	if (argc != 2)
		return check_new();
	for (const char *digit = argv[1]; *digit; digit++)
		pages = pages * 10 + *digit - '0';
	at = (char *)mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	for (long i = 0; i < pages; i++)
		at[i * PAGE] = 1;
	__builtin_memset(text, 'a', sizeof(text) - 1);
	for (int i = 0; i < COUNT; i++)
		arguments[i] = text;
	EQUAL(syscall3(__NR_execve, (long)argv[0], (long)arguments, 0), 0);
	return 1;
}
