/* SPDX-License-Identifier: MIT */
/* Signals that wait to be delivered. */
#include "pending.h"

#include <asm/errno.h>
#include <asm/signal.h>

#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "process.h"

struct queued_signal {
	struct queued_signal *next;
	bool of_timer; /* the siginfo could tell so of any: rt_sigqueueinfo(2) */
	siginfo_t info;
};

/* How many places are taken, by signals and timers of all processes: RLIMIT_SIGPENDING. */
static uint64_t queued;

bool pending_reserve(uint64_t limit)
{
	if (queued >= limit)
		return false;
	queued++;
	return true;
}

void pending_unreserve(void)
{
	queued--;
}

static void free_entry(struct queued_signal *entry)
{
	queued -= !entry->of_timer;
	kfree(entry);
}

siginfo_t signal_dequeue(struct pending *pending, unsigned sig, bool *of_timer)
{
	struct queued_signal *before = NULL, *entry = pending->queue;
	siginfo_t info;
	bool more = false;

	memset(&info, 0, sizeof(info)); /* all of it, for the program gets to see all of it */
	info.si_signo = sig;
	info.si_code = SI_USER;
	*of_timer = false;
	while (entry && entry->info.si_signo != (int)sig) {
		before = entry;
		entry = entry->next;
	}
	if (entry) {
		info = entry->info;
		*of_timer = entry->of_timer;
		*(before ? &before->next : &pending->queue) = entry->next;
		if (pending->last == entry)
			pending->last = before;
		for (const struct queued_signal *e = entry->next; e && !more; e = e->next)
			more = e->info.si_signo == (int)sig;
		free_entry(entry);
	} /* else there was no memory to keep it, or a limit: sigqueue(3) */
	if (!more)
		pending->set &= ~SIGNAL_BIT(sig);
	return info;
}

void pending_drop(struct pending *pending, uint64_t set)
{
	bool of_timer;

	while (pending->set & set)
		signal_dequeue(pending, __builtin_ctzll(pending->set & set) + 1, &of_timer);
}

void pending_drop_timer(struct pending *pending, int id)
{
	struct queued_signal *entry, *next, *before = NULL;
	uint64_t dropped = 0;

	for (entry = pending->queue; entry; entry = next) {
		next = entry->next;
		if (!entry->of_timer || entry->info.si_tid != id) {
			before = entry;
			continue;
		}
		dropped |= SIGNAL_BIT(entry->info.si_signo);
		*(before ? &before->next : &pending->queue) = next;
		if (pending->last == entry)
			pending->last = before;
		free_entry(entry);
	}
	/* Others of the same number may be left. */
	for (entry = pending->queue; entry; entry = entry->next)
		dropped &= ~SIGNAL_BIT(entry->info.si_signo);
	pending->set &= ~dropped;
}

int pending_add(struct pending *pending, const siginfo_t *info, uint64_t limit, bool of_timer)
{
	bool is_queued = of_timer || info->si_signo >= SIGRTMIN;
	bool is_limited = !of_timer && (is_queued || info->si_code < 0) && queued >= limit;
	struct queued_signal *entry;

	if (pending->set & SIGNAL_BIT(info->si_signo) && !is_queued)
		return 0;
	entry = is_limited ? NULL : kmalloc(sizeof(*entry));
	/* One of kill(2) is sent all the same, without what is known of it: as on Linux. */
	if (!entry && is_queued && (of_timer || info->si_code != SI_USER))
		return -EAGAIN;
	if (entry) {
		*entry = (struct queued_signal){.of_timer = of_timer, .info = *info};
		if (pending->last)
			pending->last->next = entry;
		else
			pending->queue = entry;
		pending->last = entry;
		queued += !of_timer;
	}
	pending->set |= SIGNAL_BIT(info->si_signo);
	return 0;
}
