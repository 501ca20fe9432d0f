/* SPDX-License-Identifier: MIT */
/*
 * System calls on the scheduler. There is one CPU, number 0. Policies and nice values are kept and
 * told, but threads take turns whatever these are.
 */
#include <asm/errno.h>
#include <linux/ioprio.h>
#include <linux/membarrier.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <linux/time_types.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "../sched/schedule.h"
#include "syscall.h"

#define NICE_MAX     19
#define NICE_MIN     (-20)
#define PRIORITY_MAX 99 /* of SCHED_FIFO and SCHED_RR: sched(7) */

int64_t sys_sched_yield(void)
{
	if (thread_count() > 1)
		schedule_yield();
	return 0;
}

/* The thread that a call is about: 0 is the caller. NULL and *error: there is none. */
static struct thread *find(int tid, int *error)
{
	struct thread *thread = tid ? thread_find(tid) : current;

	*error = tid < 0 ? -EINVAL : thread ? 0 : -ESRCH;
	return *error ? NULL : thread;
}

static bool is_realtime(int policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

static bool is_normal(int policy)
{
	return policy == SCHED_NORMAL || policy == SCHED_BATCH || policy == SCHED_IDLE;
}

/* Sets a policy. A realtime one is refused: it takes a capability. */
static int set_policy(struct thread *thread, unsigned policy, int priority)
{
	unsigned kind = policy & ~SCHED_RESET_ON_FORK;

	if (is_realtime(kind) && priority >= 1 && priority <= PRIORITY_MAX)
		return -EPERM;
	if (!is_normal(kind) || priority != 0)
		return -EINVAL;
	thread->policy = policy;
	return 0;
}

static int64_t set_scheduler(int tid, int policy, uaddr_t from, bool keep_policy)
{
	struct thread *thread;
	int priority, error;

	if (!from || tid < 0)
		return -EINVAL;
	if (copy_from_user(&priority, from, sizeof(priority)) < 0)
		return -EFAULT;
	thread = find(tid, &error);
	return thread ? set_policy(thread, keep_policy ? thread->policy : (unsigned)policy,
				   priority)
		      : error;
}

int64_t sys_sched_setscheduler(int tid, int policy, uaddr_t from)
{
	return policy < 0 ? -EINVAL : set_scheduler(tid, policy, from, false);
}

int64_t sys_sched_setparam(int tid, uaddr_t from)
{
	return set_scheduler(tid, 0, from, true);
}

int64_t sys_sched_getscheduler(int tid)
{
	int error;
	const struct thread *thread = find(tid, &error);

	return thread ? (int64_t)thread->policy : error;
}

int64_t sys_sched_getparam(int tid, uaddr_t to)
{
	const int priority = 0;
	int error;

	if (!to || !find(tid, &error))
		return to ? error : -EINVAL;
	return copy_to_user(to, &priority, sizeof(priority));
}

int64_t sys_sched_get_priority_max(int policy)
{
	if (is_realtime(policy))
		return PRIORITY_MAX;
	return is_normal(policy) || policy == SCHED_DEADLINE ? 0 : -EINVAL;
}

int64_t sys_sched_get_priority_min(int policy)
{
	if (is_realtime(policy))
		return 1;
	return is_normal(policy) || policy == SCHED_DEADLINE ? 0 : -EINVAL;
}

/* There are no slices of time: a thread runs until it waits. */
int64_t sys_sched_rr_get_interval(int tid, uaddr_t to)
{
	const struct __kernel_timespec none = {0};
	int error;

	return find(tid, &error) ? copy_to_user(to, &none, sizeof(none)) : error;
}

/* sched_setattr(2). The struct may be shorter or longer than the one that is known here. */
int64_t sys_sched_setattr(int tid, uaddr_t from, unsigned flags)
{
	struct sched_attr attr = {0};
	struct thread *thread;
	int error;

	if (!from || tid < 0 || flags)
		return -EINVAL;
	if (copy_from_user(&attr.size, from, sizeof(attr.size)) < 0)
		return -EFAULT;
	if (attr.size == 0)
		attr.size = SCHED_ATTR_SIZE_VER0;
	if (attr.size < SCHED_ATTR_SIZE_VER0 || attr.size > PAGE_SIZE) {
		attr.size = sizeof(attr);
		return copy_to_user(from, &attr.size, sizeof(attr.size)) < 0 ? -EFAULT : -E2BIG;
	}
	if (copy_from_user(&attr, from, min(attr.size, sizeof(attr))) < 0)
		return -EFAULT;
	if ((int)attr.sched_policy < 0)
		return -EINVAL;
	thread = find(tid, &error);
	if (!thread)
		return error;
	if (attr.sched_nice < thread->nice && is_normal(attr.sched_policy))
		return -EPERM;
	error = set_policy(thread, attr.sched_policy, attr.sched_priority);
	if (!error)
		thread->nice = min(attr.sched_nice, NICE_MAX);
	return error;
}

int64_t sys_sched_getattr(int tid, uaddr_t to, unsigned bytes, unsigned flags)
{
	struct sched_attr attr = {0};
	const struct thread *thread;
	int error;

	if (!to || bytes > PAGE_SIZE || bytes < SCHED_ATTR_SIZE_VER0 || flags)
		return -EINVAL;
	thread = find(tid, &error);
	if (!thread)
		return error;
	attr.size = min(bytes, sizeof(attr));
	attr.sched_policy = thread->policy & ~SCHED_RESET_ON_FORK;
	attr.sched_flags = thread->policy & SCHED_RESET_ON_FORK ? SCHED_FLAG_RESET_ON_FORK : 0;
	attr.sched_nice = thread->nice;
	return copy_to_user(to, &attr, attr.size);
}

int64_t sys_sched_setaffinity(int tid, unsigned bytes, uaddr_t from)
{
	uint64_t cpus = 0;
	int error;

	if (copy_from_user(&cpus, from, min(bytes, sizeof(cpus))) < 0)
		return -EFAULT;
	if (!(tid ? thread_find(tid) : current))
		return -ESRCH;
	error = cpus & 1 ? 0 : -EINVAL;
	return error;
}

int64_t sys_sched_getaffinity(int tid, unsigned bytes, uaddr_t to)
{
	const uint64_t cpus = 1;

	if (bytes < sizeof(cpus) || bytes % sizeof(cpus))
		return -EINVAL;
	if (!(tid ? thread_find(tid) : current))
		return -ESRCH;
	if (copy_to_user(to, &cpus, sizeof(cpus)) < 0)
		return -EFAULT;
	return sizeof(cpus);
}

int64_t sys_getcpu(uaddr_t cpu, uaddr_t node)
{
	const unsigned number = 0;

	if ((cpu && copy_to_user(cpu, &number, sizeof(number)) < 0) ||
	    (node && copy_to_user(node, &number, sizeof(number)) < 0))
		return -EFAULT;
	return 0;
}

/* The thread that getpriority(2) names. For a whole group, or a user, that is the current one. */
static struct thread *find_by(int which, int who, int *error)
{
	bool is_us = which == PRIO_PROCESS ? !who || thread_find(who)
		     : which == PRIO_PGRP  ? !who || process_group_exists(who, 0)
					   : !who;

	*error = which < PRIO_PROCESS || which > PRIO_USER ? -EINVAL : is_us ? 0 : -ESRCH;
	if (*error)
		return NULL;
	return which == PRIO_PROCESS && who ? thread_find(who) : current;
}

/* Returns 20 minus the nice value, 1 to 40: a result below 0 would be an errno. */
int64_t sys_getpriority(int which, int who)
{
	int error;
	const struct thread *thread = find_by(which, who, &error);

	return thread ? 20 - thread->nice : error;
}

int64_t sys_setpriority(int which, int who, int nice)
{
	int error;
	struct thread *thread = find_by(which, who, &error);

	if (!thread)
		return error;
	nice = nice > NICE_MAX ? NICE_MAX : nice < NICE_MIN ? NICE_MIN : nice;
	if (nice < thread->nice)
		return -EACCES;
	thread->nice = nice;
	return 0;
}

/* There is one CPU, so a thread sees what the others have written without a barrier. */
#define BARRIERS                                                                                   \
	(MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED |                                 \
	 MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED | MEMBARRIER_CMD_PRIVATE_EXPEDITED |             \
	 MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)

int64_t sys_membarrier(int command, unsigned flags)
{
	if (flags)
		return -EINVAL;
	if (command == MEMBARRIER_CMD_QUERY)
		return BARRIERS;
	if (command & ~BARRIERS || command & (command - 1))
		return -EINVAL;
	if (command == MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
		process_current()->private_barriers = true;
	if (command == MEMBARRIER_CMD_PRIVATE_EXPEDITED && !process_current()->private_barriers)
		return -EPERM;
	return 0;
}
