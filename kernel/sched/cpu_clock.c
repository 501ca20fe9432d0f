/* SPDX-License-Identifier: MIT */
/* To whom the CPU's time is charged. */
#include "cpu_clock.h"

#include "thread.h"

static uint64_t charged; /* up to then all time was charged to threads, */
static uint64_t idle;	 /* but for this much */

uint64_t cpu_charge(void)
{
	uint64_t now = clock_monotonic();

	current->cpu.used += now - charged;
	current->process_cpu->used += now - charged;
	charged = now;
	return now;
}

void cpu_skip(void)
{
	uint64_t now = clock_monotonic();

	idle += now - charged;
	charged = now;
}

uint64_t cpu_clock_read(const struct cpu_clock *clock)
{
	cpu_charge();
	return clock->used;
}

void cpu_clock_leave(struct thread *thread)
{
	static struct cpu_clock nobody;

	cpu_charge();
	thread->process_cpu = &nobody;
}

uint64_t cpu_idle(void)
{
	return idle;
}
