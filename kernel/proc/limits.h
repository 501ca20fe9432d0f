/* SPDX-License-Identifier: MIT */
/*
 * The limits of the process: getrlimit(2). All can be set and read. NOFILE, STACK, AS, DATA,
 * FSIZE, SIGPENDING, MSGQUEUE, NICE and RTPRIO are enforced; the others limit what doesn't exist
 * here.
 */
#ifndef LIMITS_H
#define LIMITS_H

#include <linux/resource.h>
#include <stdbool.h>
#include <stdint.h>

#include "process.h"

/* The soft limit of a resource, one of RLIMIT_*; RLIM64_INFINITY: there is none. */
static inline uint64_t limit_of(unsigned resource)
{
	return process_current()->limits[resource].rlim_cur;
}

/*
 * Tells both limits of a process for a resource, and then sets them, unless the pointer is
 * NULL. Returns 0, -EINVAL where there is no such resource or limit, or -EPERM.
 */
int limit_change(struct process *process, unsigned resource, const struct rlimit64 *new,
		 struct rlimit64 *old);

/* May the process map `bytes` more, with rights `prot`, of a kind (vma.h)? */
bool limit_allows_memory(uint64_t bytes, unsigned prot, unsigned kind);

#endif
