/* SPDX-License-Identifier: MIT */
/* Waits for the host's files. */
#include "hostwait.h"

#include <asm/poll.h>

#include "../host/hypercall.h"
#include "../lib/math.h"
#include "wait.h"

static struct host_queue {
	struct wait_queue waits;
	/*
	 * What watches were told of, and nobody has used yet: the host isn't asked for it, or it
	 * would tell at once.
	 */
	unsigned told;
} queues[BOOT_FDS];

/* What poll(2) tells whether it is asked or not. Once it is so, it stays so. */
#define UNASKED (POLLERR | POLLHUP | POLLNVAL)

/* What is asked for, at most. */
#define ASKED (POLLIN | POLLPRI | POLLOUT)

struct wait_queue *hostwait_queue(int host)
{
	return &queues[host].waits;
}

unsigned hostwait_poll(int host, unsigned events)
{
	struct hc_wait_list list = {
		.head = {.count = 1},
		.fds = {{.fd = host, .events = events}},
	};
	unsigned found = hypercall_wait(&list) < 0 ? events : list.fds[0].revents;

	queues[host].told &= found | ~events;
	return found;
}

void hostwait_used(int host, unsigned events)
{
	queues[host].told &= ~events;
}

/* What to ask the host of a file. */
static unsigned interest(const struct host_queue *queue)
{
	unsigned events = 0;

	for (const struct wait_watch *w = queue->waits.watches; w; w = w->next)
		events |= w->events;
	events &= ~queue->told;
	for (const struct wait_entry *e = queue->waits.first; e; e = e->next)
		events |= e->events;
	return events & ASKED;
}

/* Fills the list with what is waited for. */
static void collect(struct hc_wait_list *list)
{
	unsigned count = 0;

	for (int host = 0; host < BOOT_FDS; host++) {
		unsigned events = interest(&queues[host]);

		if (events)
			list->fds[count++] = (struct hc_wait_fd){.fd = host, .events = events};
	}
	list->head.count = count;
}

bool hostwait_is_on(void)
{
	for (int host = 0; host < BOOT_FDS; host++)
		if (interest(&queues[host]))
			return true;
	return false;
}

/* Asks the host, which may wait for so many microseconds, and wakes who waits. */
static int ask(uint64_t microseconds)
{
	struct hc_wait_list list = {.head = {.microseconds = microseconds}};
	int ready;

	collect(&list);
	ready = hypercall_wait(&list);
	for (unsigned n = 0; n < list.head.count; n++) {
		struct host_queue *queue = &queues[list.fds[n].fd];
		/* If the host can't tell, all are woken to try. */
		unsigned events = ready < 0 ? UNASKED : list.fds[n].revents;

		if (!events)
			continue;
		queue->told |= events & UNASKED ? ASKED | events : events;
		wait_wake_for(&queue->waits, events);
	}
	return ready;
}

void hostwait_look(void)
{
	if (hostwait_is_on())
		ask(0);
}

bool hostwait_sleep(uint64_t deadline)
{
	uint64_t now = clock_monotonic();
	uint64_t left = deadline - min(deadline, now);

	return ask(deadline == CLOCK_FOREVER ? HC_WAIT_FOREVER : (left + 999) / 1000) != 0;
}
