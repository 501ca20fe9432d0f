/* SPDX-License-Identifier: MIT */
/* The ring of threads. */
#include "thread.h"

#include <stddef.h>

struct thread *current;
bool work_pending;
bool outranked;
bool yields;
uint64_t turn_end = CLOCK_FOREVER;
static unsigned count = 1;

struct thread *thread_find(uint64_t tid)
{
	struct thread *t = current;

	do {
		if ((uint32_t)tid == (uint32_t)t->tid)
			return t;
		t = t->next;
	} while (t != current);
	return NULL;
}

unsigned thread_count(void)
{
	return count;
}

void thread_add(struct thread *thread)
{
	thread->next = current->next;
	current->next = thread;
	count++;
	thread_limit_turn();
}

void thread_remove(struct thread *thread)
{
	struct thread *previous = thread;

	while (previous->next != thread)
		previous = previous->next;
	previous->next = thread->next;
	count--;
}
