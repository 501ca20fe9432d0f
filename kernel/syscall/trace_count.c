/* SPDX-License-Identifier: MIT */
/* How many calls of each kind a program makes, and how long they take, as strace -c shows it. */
#include "trace_count.h"

#include "../sched/cpu_clock.h"
#include "trace_args.h"
#include "trace_line.h"

#define CALLS_MAX 512 /* numbers beyond are those of no call */

static struct count {
	uint64_t nsec; /* in the kernel, without what was slept */
	uint32_t calls, errors;
} counts[CALLS_MAX];

static uint64_t begun;

/* Without what the host has waited. */
static uint64_t trace_now(void)
{
	return clock_monotonic() - cpu_idle();
}

void trace_count_begin(void)
{
	begun = trace_now();
}

void trace_count_end(uint32_t number)
{
	if (number < CALLS_MAX)
		counts[number].nsec += trace_now() - begun;
}

void trace_count(uint32_t number, bool is_error)
{
	if (number >= CALLS_MAX)
		return;
	counts[number].calls++;
	counts[number].errors += is_error;
}

static void put_row(const struct count *count, uint64_t all_nsec, const char *name)
{
	uint64_t usec = count->nsec / 1000;
	uint64_t share = all_nsec ? count->nsec * 10000 / all_nsec : 0;

	trace_put("%3lu.%02lu %4lu.%06lu %11lu %9u ", share / 100, share % 100, usec / 1000000,
		  usec % 1000000, count->calls ? usec / count->calls : 0, count->calls);
	if (count->errors)
		trace_put("%9u %s\n", count->errors, name);
	else
		trace_put("          %s\n", name);
}

/* The number of the call that has taken the longest, or, of those, was made most often. */
static unsigned find_longest(void)
{
	unsigned longest = 0;

	for (unsigned i = 1; i < CALLS_MAX; i++)
		if (counts[i].nsec > counts[longest].nsec ||
		    (counts[i].nsec == counts[longest].nsec &&
		     counts[i].calls > counts[longest].calls))
			longest = i;
	return longest;
}

void trace_count_report(void)
{
	static const char line[] =
		"------ ----------- ----------- --------- --------- ----------------\n";
	struct count sum = {0};
	unsigned longest;

	for (unsigned i = 0; i < CALLS_MAX; i++) {
		counts[i].nsec = counts[i].calls ? counts[i].nsec : 0;
		sum.nsec += counts[i].nsec;
		sum.calls += counts[i].calls;
		sum.errors += counts[i].errors;
	}
	trace_put("%% time     seconds  usecs/call     calls    errors syscall\n%s", line);
	while (counts[longest = find_longest()].calls) {
		put_row(&counts[longest], sum.nsec, trace_call_name(longest) ?: "unknown");
		counts[longest] = (struct count){0};
	}
	trace_put("%s", line);
	put_row(&sum, sum.nsec, "total");
	trace_flush();
}
