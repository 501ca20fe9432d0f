/* SPDX-License-Identifier: MIT */
/*
 * POSIX timers. As on Linux one that has an interval doesn't run while its signal waits to be
 * taken. What it has missed is counted when the signal is taken, as its overrun. So the shortest
 * interval leaves time to take the signals.
 */
#include "posix_timer.h"

#include <asm/errno.h>
#include <linux/time.h>

#include "../lib/math.h"
#include "../mm/kmalloc.h"
#include "../sched/tick.h"
#include "signal.h"

struct posix_timer {
	struct timer timer; /* first */
	struct posix_timer *next;
	struct process *process;
	int id;
	struct clock_of clock; /* that it runs by */
	bool dead;	       /* that was of a thread or process which has ended */
	struct timer_notice notice;
	uint64_t interval; /* nanoseconds, 0: once */
	bool set;	   /* by timer_settime(2), and not fired for the last time */
	bool waits;	   /* for its signal to be taken */
	uint64_t missed;   /* so many times it fired for a signal that was ignored */
	int overrun;	   /* of the signal that was taken last */
};

/* While its signal is ignored a timer fires no more often: as on Linux, where this is a tick. */
#define IGNORED_MIN (NSEC_PER_SEC / 100)

static struct timer_queue *queue_of(const struct posix_timer *timer)
{
	return clock_of_timers(&timer->clock);
}

/* Moves a timer with an interval on, past now. Returns how many times it would have fired. */
static uint64_t forward(struct posix_timer *timer)
{
	return timer_forward(&timer->timer, queue_of(timer), timer->interval);
}

static void run(struct posix_timer *timer)
{
	timer_set(&timer->timer, queue_of(timer), timer->timer.expires);
	tick_set();
}

/* Nobody takes the signal: the timer goes on at once, but not too often. */
static void go_on(struct posix_timer *timer)
{
	uint64_t soon = timer_now(queue_of(timer)) + IGNORED_MIN;

	timer->waits = false;
	if (!timer->interval) {
		timer->set = false;
		return;
	}
	timer->missed += forward(timer);
	if (timer->timer.expires < soon && timer->interval < IGNORED_MIN) {
		uint64_t times = (soon - timer->timer.expires) / timer->interval + 1;

		timer->timer.expires += times * timer->interval;
		timer->missed += times;
	}
	run(timer);
}

static void fire(struct timer *base)
{
	struct posix_timer *timer = (struct posix_timer *)base;
	const struct timer_notice *notice = &timer->notice;
	struct task *task = notice->kind & SIGEV_THREAD_ID ? task_find(notice->tid) : NULL;
	siginfo_t info = signal_info(notice->sig, SI_TIMER);

	info.si_tid = timer->id;
	info.si_value = notice->value;
	timer->waits = true;
	/* One that has just ended is in the ring until another runs, without a space. */
	if (notice->kind & SIGEV_THREAD_ID &&
	    (!task || task->process != timer->process || !task->thread.space))
		go_on(timer);
	else if (signal_send_timer(timer->process, task, &info) <= 0)
		go_on(timer);
}

static struct posix_timer *find(const struct process *process, int id)
{
	struct posix_timer *timer = process->timers;

	while (timer && timer->id != id)
		timer = timer->next;
	return timer;
}

struct posix_timer *posix_timer_find(int id)
{
	return find(process_current(), id);
}

int posix_timer_create(const struct clock_of *which, const struct timer_notice *notice)
{
	struct process *process = process_current();
	struct posix_timer *timer = kmalloc(sizeof(*timer));

	if (!timer || !pending_reserve(process->limits[RLIMIT_SIGPENDING].rlim_cur)) {
		if (timer)
			kfree(timer);
		return -EAGAIN;
	}
	while (posix_timer_find(process->next_timer))
		process->next_timer = (process->next_timer + 1) & INT32_MAX;
	*timer = (struct posix_timer){
		.timer = {.fire = fire},
		.next = process->timers,
		.process = process,
		.id = process->next_timer,
		.clock = *which,
		.notice = *notice,
	};
	process->next_timer = (process->next_timer + 1) & INT32_MAX;
	process->timers = timer;
	return timer->id;
}

void posix_timer_set_value(struct posix_timer *timer, sigval_t value)
{
	timer->notice.value = value;
}

/* Stops it, and takes its signal back. */
static void stop(struct posix_timer *timer)
{
	timer_cancel(&timer->timer);
	if (timer->waits)
		signal_drop_timer(timer->process, timer->id);
	timer->set = timer->waits = false;
	timer->missed = 0;
}

int posix_timer_set(struct posix_timer *timer, bool absolute, struct itimer_times times)
{
	if (timer->dead)
		return -ESRCH;
	stop(timer);
	timer->interval = times.interval;
	timer->overrun = 0;
	if (!times.value)
		return 0;
	timer->set = true;
	timer->timer.expires = clock_of_time(&timer->clock, absolute, times.value);
	if (timer->notice.kind != SIGEV_NONE)
		run(timer);
	return 0;
}

struct itimer_times posix_timer_get(struct posix_timer *timer)
{
	bool silent = timer->notice.kind == SIGEV_NONE;
	struct itimer_times times = {0, timer->interval};
	uint64_t now;

	if (!timer->set)
		return times;
	now = timer_now(queue_of(timer));
	if (timer->interval && (timer->waits || silent))
		timer->missed += forward(timer);
	if (timer->timer.expires > now)
		times.value = timer->timer.expires - now;
	else if (!silent && (timer->interval || !timer->waits))
		times.value = 1; /* it is about to fire */
	return times;
}

int posix_timer_overrun(const struct posix_timer *timer)
{
	return timer->overrun;
}

void posix_timer_delete(struct posix_timer *timer)
{
	struct posix_timer **link = &timer->process->timers;

	while (*link != timer)
		link = &(*link)->next;
	*link = timer->next;
	stop(timer);
	pending_unreserve();
	kfree(timer);
}

void posix_timer_delete_all(struct process *process)
{
	while (process->timers)
		posix_timer_delete(process->timers);
}

void posix_timer_forget_clock(struct process *process, const struct cpu_clock *clock)
{
	for (struct posix_timer *t = process->timers; t; t = t->next) {
		if (t->clock.clock != clock)
			continue;
		stop(t);
		t->clock.clock = NULL;
		t->dead = true;
	}
}

void posix_timer_taken(struct process *process, siginfo_t *info)
{
	struct posix_timer *timer = find(process, info->si_tid);

	if (!timer)
		return;
	timer->waits = false;
	if (timer->interval) {
		/* The first time is that of the signal. It may have been counted before. */
		timer->missed += forward(timer);
		run(timer);
	} else {
		timer->set = false;
	}
	timer->overrun = min(timer->missed - min(timer->missed, 1), INT32_MAX);
	timer->missed = 0;
	info->si_overrun = timer->overrun;
}
