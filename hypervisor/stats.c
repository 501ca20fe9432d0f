/* SPDX-License-Identifier: MIT */
/* --stats: what a run has come to. */
#include "stats.h"

#include <inttypes.h>
#include <sys/resource.h>

#include "dump.h"
#include "msg.h"

/* Adds a number and its name to a list, in which there are `before`. */
static void put(enum stats_form form, unsigned before, const char *name, uint64_t number)
{
	const char *format = form == STATS_JSON ? "%s\"%s\": %" PRIu64 : "%s%s %" PRIu64;

	msg(format, before ? ", " : "", name, number);
}

static void report_calls(enum stats_form form, const struct hypercalls *hc)
{
	unsigned count = 0;

	msg(form == STATS_JSON ? ", \"hypercalls\": {" : "\nhypercalls: ");
	for (unsigned n = 0; n < HYPERCALLS; n++)
		put(form, n, hypercall_name(n), hc->calls[n]);
	msg(form == STATS_JSON ? "}, \"bytes\": {" : "\nbytes: ");
	for (unsigned n = 0; n < HYPERCALLS; n++)
		if (hypercall_moves(n))
			put(form, count++, hypercall_name(n), hc->bytes[n]);
}

static void report_reasons(enum stats_form form, const struct vm *vm)
{
	unsigned count = 0;

	msg(form == STATS_JSON ? "}, \"exit_reasons\": {" : "\nexit reasons: ");
	for (unsigned reason = 0; reason < VM_EXIT_REASONS; reason++)
		if (vm->exits_by[reason])
			put(form, count++, dump_exit_name(reason), vm->exits_by[reason]);
	if (vm->interrupted)
		put(form, count, "interrupted", vm->interrupted);
}

void stats_report(enum stats_form form, const struct vm *vm, const struct hypercalls *hc)
{
	struct rusage usage;

	if (form == STATS_NONE)
		return;
	msg(form == STATS_JSON ? "{\"exits\": %" PRIu64 : "exits: %" PRIu64, vm->exits);
	report_calls(form, hc);
	report_reasons(form, vm);
	getrusage(RUSAGE_SELF, &usage);
	/* Of guest memory, too: a page that the guest touches first is a fault of this process. */
	msg(form == STATS_JSON ? "}, \"minor_faults\": %ld, \"major_faults\": %ld, "
				 "\"peak_memory_kib\": %ld}\n"
			       : "\nfaults: minor %ld, major %ld\npeak memory: %ld KiB\n",
	    usage.ru_minflt, usage.ru_majflt, usage.ru_maxrss);
}
