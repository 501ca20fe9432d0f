/* SPDX-License-Identifier: MIT */
/* The limits of the process: getrlimit(2). */
#include "limits.h"

#include <asm/errno.h>
#include <linux/mman.h>

#include "../fs/fdtable.h"
#include "../layout.h"
#include "../mm/space.h"

#define NONE RLIM64_INFINITY
#define EQUAL(value)                                                                               \
	{                                                                                          \
		value, value                                                                       \
	}

/* As Linux starts its first process: include/asm-generic/resource.h. */
static struct rlimit64 limits[RLIM_NLIMITS] = {
	[RLIMIT_CPU] = EQUAL(NONE),	       /* seconds; no timer looks at it */
	[RLIMIT_FSIZE] = EQUAL(NONE),	       /* of what a program writes */
	[RLIMIT_DATA] = EQUAL(NONE),	       /* private memory that can be written */
	[RLIMIT_STACK] = {STACK_SIZE, NONE},   /* of the first thread */
	[RLIMIT_CORE] = {0, NONE},	       /* there are no core dumps */
	[RLIMIT_RSS] = EQUAL(NONE),	       /* of no effect on Linux, either */
	[RLIMIT_NPROC] = EQUAL(NONE),	       /* not for root */
	[RLIMIT_NOFILE] = EQUAL(FD_COUNT),     /* fds; fdtable.c keeps to it */
	[RLIMIT_MEMLOCK] = EQUAL(8 << 20),     /* not for root */
	[RLIMIT_AS] = EQUAL(NONE),	       /* all that is mapped */
	[RLIMIT_LOCKS] = EQUAL(NONE),	       /* of no effect on Linux, either */
	[RLIMIT_SIGPENDING] = EQUAL(NONE),     /* memory limits it */
	[RLIMIT_MSGQUEUE] = EQUAL(100 * 8192), /* bytes; there are no message queues */
	[RLIMIT_NICE] = EQUAL(0),
	[RLIMIT_RTPRIO] = EQUAL(0),
	[RLIMIT_RTTIME] = EQUAL(NONE),
};

uint64_t limit_of(unsigned resource)
{
	return limits[resource].rlim_cur;
}

int limit_change(unsigned resource, const struct rlimit64 *new, struct rlimit64 *old)
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
		*old = limits[resource];
	if (new) {
		limits[resource] = wanted;
		if (resource == RLIMIT_NOFILE)
			fd_set_limit(wanted.rlim_cur);
		else if (resource == RLIMIT_STACK)
			space_limit_stack(current_space, wanted.rlim_cur);
	}
	return 0;
}

/* Does what there is, and `bytes` more, keep to a limit? */
static bool keeps_to(unsigned resource, uint64_t bytes, unsigned prot, unsigned without)
{
	uint64_t limit = limit_of(resource);

	return limit == NONE ||
	       (bytes <= limit && space_size(current_space, prot, without) <= limit - bytes);
}

bool limit_allows_memory(uint64_t bytes, unsigned prot, unsigned kind)
{
	const unsigned no_data = VMA_SHARED | VMA_STACK;

	return keeps_to(RLIMIT_AS, bytes, 0, 0) &&
	       (!(prot & PROT_WRITE) || kind & no_data ||
		keeps_to(RLIMIT_DATA, bytes, PROT_WRITE, no_data));
}
