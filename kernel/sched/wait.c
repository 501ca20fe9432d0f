/* SPDX-License-Identifier: MIT */
/* Wait queues, and the ends of waits. */
#include "wait.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "tick.h"
#include "timespec.h"

static void join(struct wait_entry *entry, struct wait_queue *queue)
{
	entry->queue = queue;
	entry->next = NULL;
	entry->previous = queue->last;
	if (queue->last)
		queue->last->next = entry;
	else
		queue->first = entry;
	queue->last = entry;
}

static void leave(struct wait_entry *entry)
{
	struct wait_queue *queue = entry->queue;

	if (!queue)
		return;
	if (entry->next)
		entry->next->previous = entry->previous;
	else
		queue->last = entry->previous;
	if (entry->previous)
		entry->previous->next = entry->next;
	else
		queue->first = entry->next;
	entry->queue = NULL;
}

/* A thread's deadline has come. */
static void wake(struct timer *timer)
{
	wait_end((struct thread *)((char *)timer - offsetof(struct thread, wakeup)));
}

void wait_until(uint64_t deadline)
{
	current->state = THREAD_WAITS;
	current->deadline = deadline;
	current->rest = 0;
	work_pending = true;
	if (deadline == CLOCK_FOREVER) {
		timer_cancel(&current->wakeup);
		return;
	}
	current->wakeup.fire = wake;
	timer_set(&current->wakeup, &timers_by_time, deadline);
}

void wait_until_used(struct cpu_clock *clock, uint64_t used)
{
	wait_until(CLOCK_FOREVER);
	current->wakeup.fire = wake;
	timer_set(&current->wakeup, &clock->timers, used);
}

int64_t wait_restart(uint64_t deadline, enum after_handler after_handler)
{
	wait_until(deadline);
	current->restart = true;
	current->after_handler = after_handler;
	current->progress = 0;
	user_frame.rip -= SYSCALL_BYTES;
	return user_frame.rax;
}

int wait_on(struct wait_queue *queue)
{
	struct wait_entry *entry = &current->wait;

	/* A program that has spoiled its trampoline can make a call while it waits. */
	if (current->state != THREAD_READY)
		wait_end(current);
	if (entry->queue) {
		entry = kmalloc(sizeof(*entry));
		if (!entry)
			return -ENOMEM;
		entry->more = current->wait.more;
		current->wait.more = entry;
	}
	entry->thread = current;
	join(entry, queue);
	return 0;
}

void wait_requeue(struct thread *thread, struct wait_queue *queue)
{
	leave(&thread->wait);
	join(&thread->wait, queue);
}

void wait_end(struct thread *thread)
{
	struct wait_entry *entry = thread->wait.more;
	struct wait_entry *next;

	leave(&thread->wait);
	thread->wait.more = NULL;
	for (; entry; entry = next) {
		next = entry->more;
		leave(entry);
		kfree(entry);
	}
	timer_cancel(&thread->wakeup);
	thread->state = THREAD_READY;
	thread->kill_only = false;
	if (thread != current)
		tick_look();
}

void wait_wake(struct wait_queue *queue)
{
	while (queue->first)
		wait_end(queue->first->thread);
}

void wait_finish(struct thread *thread)
{
	if (thread->restart)
		thread->frame.rip += SYSCALL_BYTES;
	thread->restart = false;
	thread->frame.rax = 0;
	wait_end(thread);
}

/* Tells a program, whose space need not be the current one, what is left of a sleep. */
static void tell_rest(const struct thread *thread, uint64_t left)
{
	struct space *before = current_space;

	if (thread->space != before)
		space_switch(thread->space);
	timespec_to_user(thread->rest, left);
	if (thread->space != before)
		space_switch(before);
}

void wait_interrupt(struct thread *thread)
{
	uint64_t left = timer_left(&thread->wakeup);

	wait_end(thread);
	if (thread->restart)
		return;
	thread->frame.rax = -EINTR;
	if (thread->rest)
		tell_rest(thread, left);
}
