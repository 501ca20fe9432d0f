/* SPDX-License-Identifier: MIT */
/* Waits for the host's files. */
#include "hostwait.h"

#include <asm/poll.h>

#include "../host/hypercall.h"
#include "../lib/math.h"
#include "tick.h"
#include "wait.h"

/* Those that wait to read a file, and to write it. */
static const unsigned directions[] = {POLLIN | POLLPRI, POLLOUT};
#define DIRECTIONS (sizeof(directions) / sizeof(directions[0]))

static struct wait_queue queues[BOOT_FDS][DIRECTIONS];

/* What poll(2) tells whether it is asked or not. */
#define UNASKED (POLLERR | POLLHUP | POLLNVAL)

unsigned hostwait_poll(int host, unsigned events)
{
	struct hc_wait_list list = {
		.head = {.count = 1},
		.fds = {{.fd = host, .events = events}},
	};

	return hypercall_wait(&list) < 0 ? events : list.fds[0].revents;
}

int hostwait_on(int host, unsigned events)
{
	int error = 0;

	for (unsigned i = 0; i < DIRECTIONS && !error; i++)
		if (events & directions[i])
			error = wait_on(&queues[host][i]);
	return error;
}

/* Fills the list with what threads wait for. */
static void collect(struct hc_wait_list *list)
{
	unsigned count = 0;

	for (int host = 0; host < BOOT_FDS; host++) {
		unsigned events = 0;

		for (unsigned i = 0; i < DIRECTIONS; i++)
			events |= queues[host][i].first ? directions[i] : 0;
		if (events)
			list->fds[count++] = (struct hc_wait_fd){.fd = host, .events = events};
	}
	list->head.count = count;
}

bool hostwait_is_on(void)
{
	for (int host = 0; host < BOOT_FDS; host++)
		for (unsigned i = 0; i < DIRECTIONS; i++)
			if (queues[host][i].first)
				return true;
	return false;
}

/* Asks the host, which may wait for so many microseconds, and ends waits. */
static int ask(uint64_t microseconds)
{
	struct hc_wait_list list = {.head = {.microseconds = microseconds}};
	int ready;

	collect(&list);
	ready = hypercall_wait(&list);
	for (unsigned n = 0; n < list.head.count; n++) {
		/* Where the host can't tell, each finds out itself. */
		unsigned events = ready < 0 ? UNASKED : list.fds[n].revents;

		for (unsigned i = 0; i < DIRECTIONS; i++)
			if (events & (directions[i] | UNASKED))
				wait_wake(&queues[list.fds[n].fd][i]);
	}
	return ready;
}

void hostwait_look(void)
{
	if (hostwait_is_on())
		ask(0);
}

void hostwait_sleep(uint64_t deadline)
{
	uint64_t now = clock_monotonic();
	uint64_t left = deadline - min(deadline, now);

	if (ask(deadline == CLOCK_FOREVER ? HC_WAIT_FOREVER : (left + 999) / 1000) == 0)
		tick_drop();
}
