/* SPDX-License-Identifier: MIT */
/* The ring of threads. */
#include "thread.h"

#include <stddef.h>

struct thread *current;
bool work_pending;

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
	const struct thread *t = current;
	unsigned count = 0;

	do {
		count++;
		t = t->next;
	} while (t != current);
	return count;
}

bool thread_has_others(void)
{
	return current->next != current;
}

void thread_add(struct thread *thread)
{
	thread->next = current->next;
	current->next = thread;
}

void thread_remove(void)
{
	struct thread *previous = current;

	while (previous->next != current)
		previous = previous->next;
	previous->next = current->next;
}
