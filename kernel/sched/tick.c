/* SPDX-License-Identifier: MIT */
/*
 * When the timer's interrupt comes. To set it costs an exit, and to take it another. So one that a
 * change has made too early isn't moved: it comes, finds nothing to do, and is set again.
 */
#include "tick.h"

#include <linux/sched.h>

#include "../host/hypercall.h"
#include "../lib/math.h"
#include "cpu_clock.h"
#include "hostwait.h"
#include "thread.h"

/* Timers of CPU time are no finer than this, for the interrupt itself takes CPU time. */
#define CPU_TIMER_MIN (NSEC_PER_SEC / 1000)

/* The most that the host is asked for at once, in nanoseconds. */
#define ARM_MAX (UINT64_C(1000) * UINT32_MAX)

/*
 * What an interrupt leads to takes time. For REST times as long there is no other, but for a turn
 * at most. Otherwise a timer with a short interval leaves the program no time where ring 0 is slow.
 * What the timer misses meanwhile is its overrun.
 */
#define REST 4

static uint64_t began; /* the work for the last interrupt; 0: that is done */
static uint64_t rest;  /* no interrupt before */

static uint64_t armed = CLOCK_FOREVER; /* when the interrupt comes; 0: the host has none */

static bool others_are_ready(void)
{
	const struct thread *t = current->next;

	while (t != current && (t->state != THREAD_READY || t->held))
		t = t->next;
	return t != current;
}

/* Has the current thread's turn an end? That of SCHED_FIFO has none: sched(7). */
static bool has_turns(void)
{
	return (current->policy & ~SCHED_RESET_ON_FORK) != SCHED_FIFO;
}

/*
 * Must turns end? Threads that wait for the host's files count: these are looked at when one does.
 */
static bool takes_turns(void)
{
	return others_are_ready() || hostwait_is_on();
}

static bool has_timers(void)
{
	return timers_by_time.first || current->cpu.timers.first ||
	       current->process_cpu->timers.first;
}

bool tick_is_needed(void)
{
	return has_timers() || takes_turns();
}

/* When the first timer of a CPU clock is due, if that runs on. */
static uint64_t cpu_deadline(const struct cpu_clock *clock, uint64_t now)
{
	const struct timer *timer = clock->timers.first;

	if (!timer)
		return CLOCK_FOREVER;
	return now + max(timer->expires - min(timer->expires, clock->used), CPU_TIMER_MIN);
}

/* Asks the host for the interrupt at `when`, or before. */
static void arm(uint64_t when, uint64_t now)
{
	uint64_t wait = min(when - min(when, now), ARM_MAX);

	armed = now + wait;
	if (hypercall_timer(max((wait + 999) / 1000, 1)) < 0)
		armed = 0;
}

/* Ring 3 goes on: if the interrupt has been, it has its rest. */
static void end_work(void)
{
	uint64_t now;

	if (!began)
		return;
	now = clock_monotonic();
	rest = now + min(REST * (now - began), TURN_NSEC);
	began = 0;
}

void tick_arm(void)
{
	bool turns = takes_turns();
	uint64_t next = timers_by_time.first ? timers_by_time.first->expires : CLOCK_FOREVER;
	uint64_t now;

	end_work();
	if (!turns && !has_timers())
		return;
	now = cpu_charge();
	next = min(next, cpu_deadline(&current->cpu, now));
	next = min(next, cpu_deadline(current->process_cpu, now));
	if (turns && turn_end == CLOCK_FOREVER)
		turn_end = now + TURN_NSEC;
	if (turns)
		next = min(next, turn_end);
	next = max(next, rest);
	if (next < armed)
		arm(next, now);
}

void tick_set(void)
{
	work_pending = true;
}

void tick_new_turn(void)
{
	cpu_charge();
	turn_end = CLOCK_FOREVER;
	began = 0;
}

void tick_drop(void)
{
	if (armed > clock_monotonic())
		return;
	armed = hypercall_timer(0) < 0 ? 0 : CLOCK_FOREVER;
}

void tick_put_off(void)
{
	uint64_t now = clock_monotonic();

	arm(now + TURN_NSEC, now);
}

void tick_interrupt(void)
{
	armed = CLOCK_FOREVER;
	began = clock_monotonic();
	work_pending = true;
	timer_fire_due(&timers_by_time);
	timer_fire_due(&current->cpu.timers);
	timer_fire_due(&current->process_cpu->timers);
	if (began < turn_end)
		return;
	turn_end = CLOCK_FOREVER;
	hostwait_look();
	if (has_turns() && others_are_ready())
		thread_yield();
}
