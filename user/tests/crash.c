/* SPDX-License-Identifier: MIT */
/*
 * Programs that crash, on a C library, for their cores.
 *
 *   crash fault|abort|thread|timer
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct node {
	int value;
	struct node *next;
};

static struct node last = {7, NULL}; /* written to: its page is the program's own */

static __attribute__((noinline)) int deepest(const struct node *node)
{
	return node->next->value;
}

static __attribute__((noinline)) int recurse(int depth)
{
	last.value = depth + 42;
	return depth ? recurse(depth - 1) + 1 : deepest(&last);
}

static pthread_barrier_t ready;

/* Stays where it waits. */
static void *wait_for_ever(void *unused)
{
	pthread_barrier_wait(&ready);
	for (;;)
		pause();
	return unused;
}

/* Ends with known values in registers of each kind. */
static void *crash_here(void *unused)
{
	pthread_barrier_wait(&ready);
	__asm__ volatile("mov $0x1122334455667788, %%rax\n\t"
			 "movq %%rax, %%xmm6\n\t"
			 "fld1\n\t"
			 "mov $0x5bd1, %%ebx\n\t"
			 "ud2"
			 :
			 :
			 : "rax", "rbx", "xmm6");
	return unused;
}

/* Computes with known values in registers until a timer's signal ends it. */
static __attribute__((noinline)) void compute_here(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGQUIT};
	const struct itimerspec soon = {.it_value.tv_nsec = 20000000};
	timer_t timer;

	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &soon, NULL))
		return;
	__asm__ volatile("mov $0x1122334455667788, %%rax\n\t"
			 "movq %%rax, %%xmm6\n\t"
			 "fld1\n\t"
			 "mov $0x5bd1, %%ebx\n\t"
			 "1: jmp 1b"
			 :
			 :
			 : "rax", "rbx", "xmm6");
}

int main(int argc, char **argv)
{
	char *heap = malloc(1000);
	pthread_t threads[3];

	strcpy(heap, "on the heap");
	if (argc < 2)
		return 2;
	if (strcmp(argv[1], "fault") == 0)
		printf("%d %s\n", recurse(2), heap);
	if (strcmp(argv[1], "abort") == 0)
		abort();
	if (strcmp(argv[1], "timer") == 0)
		compute_here();
	pthread_barrier_init(&ready, NULL, 3);
	pthread_create(&threads[0], NULL, wait_for_ever, NULL);
	pthread_create(&threads[1], NULL, wait_for_ever, NULL);
	pthread_create(&threads[2], NULL, crash_here, NULL);
	pthread_join(threads[2], NULL);
	return 1;
}
