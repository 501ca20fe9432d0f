/* SPDX-License-Identifier: MIT */
/* The limits of the process: getrlimit(2). */
#include "limits.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../fs/fdtable.h"
#include "../mm/space.h"
#include "process.h"

int limit_change(struct process *process, unsigned resource, const struct rlimit64 *new,
		 struct rlimit64 *old)
{
	struct rlimit64 wanted;

	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	if (new) {
		wanted = *new; /* it may be where `old` is */
		if (wanted.rlim_cur > wanted.rlim_max)
			return -EINVAL;
		/* Root may raise any other. */
		if (resource == RLIMIT_NOFILE && wanted.rlim_max > FD_COUNT)
			return -EPERM;
	}
	if (old)
		*old = process->limits[resource];
	if (new) {
		process->limits[resource] = wanted;
		if (resource == RLIMIT_CPU && process->tasks)
			itimer_limit_cpu(process);
		else if (resource == RLIMIT_NOFILE && process->tasks)
			fdtable_set_limit(process->files, wanted.rlim_cur);
		else if (resource == RLIMIT_STACK && process == process_current())
			space_limit_stack(current_space, wanted.rlim_cur);
	}
	return 0;
}

/* Is what the program has, and `bytes` more, within the limit? */
static bool keeps_to(unsigned resource, uint64_t bytes, unsigned prot, unsigned without)
{
	uint64_t limit = limit_of(resource);

	return limit == RLIM64_INFINITY ||
	       (bytes <= limit && space_size(current_space, prot, without) <= limit - bytes);
}

/* limit_allows_memory() where there is a limit: it goes through all areas. */
static __attribute__((noinline)) bool keeps_to_limits(uint64_t bytes, unsigned prot, unsigned kind)
{
	const unsigned no_data = VMA_SHARED | VMA_STACK;

	return keeps_to(RLIMIT_AS, bytes, 0, 0) &&
	       (!(prot & PROT_WRITE) || kind & no_data ||
		keeps_to(RLIMIT_DATA, bytes, PROT_WRITE, no_data));
}

bool limit_allows_memory(uint64_t bytes, unsigned prot, unsigned kind)
{
	if (limit_of(RLIMIT_AS) == RLIM64_INFINITY && limit_of(RLIMIT_DATA) == RLIM64_INFINITY)
		return true;
	return keeps_to_limits(bytes, prot, kind);
}
