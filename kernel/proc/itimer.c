/* SPDX-License-Identifier: MIT */
/* Interval timers of processes, and the limit of their CPU time. */
#include "itimer.h"

#include "../lib/math.h"
#include "../sched/tick.h"
#include "signal.h"

/* All CPU time counts as ring 3's, so ITIMER_VIRTUAL and ITIMER_PROF run alike. */
static const int signals[ITIMERS] = {SIGALRM, SIGVTALRM, SIGPROF};

static struct timer_queue *queue_of(struct process *process, unsigned which)
{
	return which == ITIMER_REAL ? &timers_by_time : &process->cpu.timers;
}

struct itimer_times itimer_get(const struct process *process, unsigned which)
{
	const struct itimer *itimer = &process->itimers[which];

	return (struct itimer_times){timer_left(&itimer->timer), itimer->interval};
}

static void fire(struct timer *timer)
{
	struct itimer *itimer = (struct itimer *)timer;
	struct timer_queue *queue = queue_of(itimer->process, ITIMER_PROF);
	const siginfo_t info = signal_info(itimer->sig, SI_KERNEL);

	/*
	 * ITIMER_REAL goes on when its signal is taken. So a short interval leaves time to take it.
	 */
	if (itimer->interval && itimer->sig != SIGALRM) {
		timer_forward(timer, queue, itimer->interval);
		timer_set(timer, queue, timer->expires);
	}
	signal_send_process(itimer->process, &info);
}

void itimer_set(struct process *process, unsigned which, struct itimer_times times)
{
	struct itimer *itimer = &process->itimers[which];
	struct timer_queue *queue = queue_of(process, which);

	timer_cancel(&itimer->timer);
	itimer->timer.fire = fire;
	itimer->process = process;
	itimer->interval = times.interval;
	itimer->sig = signals[which];
	if (!times.value)
		return;
	timer_set(&itimer->timer, queue, timer_now(queue) + min(times.value, CLOCK_LONGEST));
	tick_set();
}

void itimer_alarm_taken(struct process *process)
{
	struct itimer *itimer = &process->itimers[ITIMER_REAL];

	if (!itimer->interval || itimer->timer.queue)
		return;
	timer_forward(&itimer->timer, &timers_by_time, itimer->interval);
	timer_set(&itimer->timer, &timers_by_time, itimer->timer.expires);
	tick_set();
}

/* getrlimit(2): at the soft limit SIGXCPU, once a second; at the hard one SIGKILL. */
static void limit(struct timer *timer)
{
	struct process *process =
		(struct process *)((char *)timer - offsetof(struct process, cpu_limit));
	struct rlimit64 *cpu = &process->limits[RLIMIT_CPU];
	const uint64_t seconds = cpu_clock_read(&process->cpu) / NSEC_PER_SEC;
	siginfo_t info = signal_info(SIGXCPU, SI_KERNEL);

	if (seconds >= cpu->rlim_max) {
		info.si_signo = SIGKILL;
	} else {
		cpu->rlim_cur++; /* as on Linux, where it can be seen, too */
		itimer_limit_cpu(process);
	}
	signal_send_process(process, &info);
}

void itimer_limit_cpu(struct process *process)
{
	uint64_t seconds = process->limits[RLIMIT_CPU].rlim_cur;

	timer_cancel(&process->cpu_limit);
	if (seconds > CLOCK_LONGEST / NSEC_PER_SEC)
		return;
	process->cpu_limit.fire = limit;
	timer_set(&process->cpu_limit, &process->cpu.timers, seconds * NSEC_PER_SEC);
	tick_set();
}

void itimer_cancel_all(struct process *process)
{
	for (unsigned i = 0; i < ITIMERS; i++) {
		timer_cancel(&process->itimers[i].timer);
		process->itimers[i].interval = 0;
	}
	timer_cancel(&process->cpu_limit);
}
