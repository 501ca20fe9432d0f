/* SPDX-License-Identifier: MIT */
/* Wait queues, and the ends of waits. */
#include "wait.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "timespec.h"

/* Behind those of the same priority or a higher one. */
static void join(struct wait_entry *entry, struct wait_queue *queue)
{
	struct wait_entry *before = queue->last;

	while (before && before->thread->priority < entry->thread->priority)
		before = before->previous;
	entry->queue = queue;
	entry->previous = before;
	entry->next = before ? before->next : queue->first;
	if (entry->next)
		entry->next->previous = entry;
	else
		queue->last = entry;
	if (before)
		before->next = entry;
	else
		queue->first = entry;
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
	current->interrupted = false;
	current->after_handler = after_handler;
	current->progress = 0;
	user_frame.rip -= SYSCALL_BYTES;
	return user_frame.rax;
}

int64_t wait_restart_signal(void)
{
	int64_t result = wait_restart(0, RESTART_BY_ACTION);

	current->interrupted = true;
	return result;
}

int wait_on(struct wait_queue *queue)
{
	return wait_on_for(queue, UINT32_MAX);
}

int wait_on_for(struct wait_queue *queue, unsigned events)
{
	struct wait_entry *entry = &current->wait;

	if (entry->queue) {
		entry = kmalloc(sizeof(*entry));
		if (!entry)
			return -ENOMEM;
		entry->more = current->wait.more;
		current->wait.more = entry;
	}
	entry->thread = current;
	entry->events = events;
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
	if (thread->futex_frame) {
		frame_put(thread->futex_frame);
		thread->futex_frame = 0;
	}
	thread->state = THREAD_READY;
	thread->kill_only = false;
	thread_rank(thread);
	if (thread != current)
		thread_limit_turn();
}

void wait_wake_for(struct wait_queue *queue, unsigned events)
{
	bool served = false;

	for (struct wait_watch *w = queue->watches; w; w = w->next)
		if (!w->exclusive || !served)
			served |= w->notify(w, events) && w->exclusive;
	while (queue->first)
		wait_end(queue->first->thread);
}

void wait_wake(struct wait_queue *queue)
{
	wait_wake_for(queue, UINT32_MAX);
}

void wait_watch_begin(struct wait_watch *watch, struct wait_queue *queue)
{
	struct wait_watch **at = &queue->watches;
	struct wait_watch *previous = NULL;

	for (; watch->exclusive && *at; at = &previous->next)
		previous = *at;
	watch->queue = queue;
	watch->previous = previous;
	watch->next = *at;
	if (watch->next)
		watch->next->previous = watch;
	*at = watch;
}

void wait_watch_end(struct wait_watch *watch)
{
	if (!watch->queue)
		return;
	if (watch->next)
		watch->next->previous = watch->previous;
	if (watch->previous)
		watch->previous->next = watch->next;
	else
		watch->queue->watches = watch->next;
	watch->queue = NULL;
}

void wait_finish(struct thread *thread)
{
	if (thread->restart)
		thread->frame.rip += SYSCALL_BYTES;
	thread->restart = false;
	thread->frame.rax = 0;
	wait_end(thread);
}

/*
 * Tells the program what is left of the thread's sleep. The thread may be another process's.
 * Returns 0 or -EFAULT.
 */
static int store_rest(const struct thread *thread, uint64_t left)
{
	struct space *before = space_visit(thread->space);
	int error = timespec_to_user(thread->rest, left);

	space_visit(before);
	return error;
}

void wait_interrupt(struct thread *thread)
{
	uint64_t left = timer_left(&thread->wakeup);

	wait_end(thread);
	thread->interrupted = true;
	if (thread->restart)
		return;
	thread->frame.rax = thread->rest && store_rest(thread, left) < 0 ? -EFAULT : -EINTR;
}
