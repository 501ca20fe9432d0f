/* SPDX-License-Identifier: MIT */
/* What the smallest C libraries have, too. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int handled;

static void handle(int sig)
{
	handled = sig;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int main(int argc, char **argv)
{
	int numbers[] = {5, 3, 9, 1};
	char text[64];
	char *memory = malloc(1 << 20);
	jmp_buf jump;
	int fd, n;

	for (int i = 1; i < argc; i++)
		printf("%d %s\n", i, argv[i]);
	printf("env %s\n", getenv("CONFORM") ? getenv("CONFORM") : "none");
	memset(memory, 7, 1 << 20);
	printf("%d\n", memory[12345]);
	free(memory);
	qsort(numbers, 4, sizeof(int), compare);
	printf("%d %d %d %d\n", numbers[0], numbers[1], numbers[2], numbers[3]);
	fd = open("tests/conform/ten", O_RDONLY);
	n = read(fd, text, sizeof(text));
	printf("%d %.*s", n, n, text);
	printf("%d\n", (int)lseek(fd, -3, SEEK_END));
	close(fd);
	printf("%d %d\n", open("tests/conform/none", O_RDONLY), errno == ENOENT);
	if (setjmp(jump) == 0)
		longjmp(jump, 1);
	signal(SIGUSR1, handle);
	kill(getpid(), SIGUSR1);
	printf("%d\n", handled == SIGUSR1);
	memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	printf("%d\n", memory[4096]++);
	fflush(stdout);
	return argc;
}
