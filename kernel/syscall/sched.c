/* SPDX-License-Identifier: MIT */
/*
 * System calls on the scheduler. A thread of SCHED_FIFO or SCHED_RR goes before all of a lower
 * priority. Other policies and nice values are kept and told. One CPU, number 0.
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
#include "../proc/limits.h"
#include "../proc/process.h"
#include "../sched/schedule.h"
#include "../sched/tick.h"
#include "syscall.h"

#define NICE_MAX     19
#define NICE_MIN     (-20)
#define PRIORITY_MAX 99 /* of SCHED_FIFO and SCHED_RR: sched(7) */

int64_t sys_sched_yield(void)
{
	if (thread_count() > 1)
		thread_yield();
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

static int clamp_nice(int nice)
{
	return nice > NICE_MAX ? NICE_MAX : nice < NICE_MIN ? NICE_MIN : nice;
}

/* May a thread have this nice value? It may always have a higher one. */
static bool may_be_nice(const struct thread *thread, int nice)
{
	return nice >= thread->nice || (uint64_t)(NICE_MAX + 1 - nice) <= limit_of(RLIMIT_NICE);
}

/* May the program change the thread's policy so? There is no capability to do more. */
static bool may_schedule(const struct thread *thread, unsigned policy, int priority)
{
	unsigned kind = policy & ~SCHED_RESET_ON_FORK;
	unsigned before = thread->policy & ~SCHED_RESET_ON_FORK;
	uint64_t limit = limit_of(RLIMIT_RTPRIO);

	if (is_realtime(kind) && ((kind != before && !limit) ||
				  (priority > thread->priority && (uint64_t)priority > limit)))
		return false;
	/* To leave SCHED_IDLE is as to have a lower nice value. */
	if (before == SCHED_IDLE && kind != SCHED_IDLE &&
	    (uint64_t)(NICE_MAX + 1 - thread->nice) > limit_of(RLIMIT_NICE))
		return false;
	return policy & SCHED_RESET_ON_FORK || !(thread->policy & SCHED_RESET_ON_FORK);
}

/* Sets a policy, which may have SCHED_RESET_ON_FORK, and a nice value: normal threads have it. */
static int set_policy(struct thread *thread, unsigned policy, int priority, int nice)
{
	unsigned kind = policy & ~SCHED_RESET_ON_FORK;

	if (!is_realtime(kind) && !is_normal(kind))
		return -EINVAL;
	if (priority < 0 || priority > PRIORITY_MAX || is_realtime(kind) != (priority != 0))
		return -EINVAL;
	if (is_normal(kind) && !may_be_nice(thread, nice))
		return -EPERM;
	if (!may_schedule(thread, policy, priority))
		return -EPERM;
	schedule_set(thread, policy, priority);
	if (is_normal(kind))
		thread->nice = nice;
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
	if (!thread)
		return error;
	return set_policy(thread, keep_policy ? thread->policy : (unsigned)policy, priority,
			  thread->nice);
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
	int error;
	const struct thread *thread = find(tid, &error);

	if (!to || !thread)
		return to ? error : -EINVAL;
	return copy_to_user(to, &thread->priority, sizeof(thread->priority));
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

/* A turn, but of SCHED_FIFO, whose threads run until they wait. */
int64_t sys_sched_rr_get_interval(int tid, uaddr_t to)
{
	struct __kernel_timespec turn = {0};
	int error;
	const struct thread *thread = find(tid, &error);

	if (!thread)
		return error;
	if ((thread->policy & ~SCHED_RESET_ON_FORK) != SCHED_FIFO)
		turn.tv_nsec = TURN_NSEC;
	return copy_to_user(to, &turn, sizeof(turn));
}

/* sched_setattr(2). The struct may be shorter or longer than the one that is known here. */
static int64_t attr_from_user(struct sched_attr *attr, uaddr_t from)
{
	uint32_t size;

	if (copy_from_user(&size, from, sizeof(size)) < 0)
		return -EFAULT;
	if (size == 0)
		size = SCHED_ATTR_SIZE_VER0;
	if (size < SCHED_ATTR_SIZE_VER0 || size > PAGE_SIZE) {
		size = sizeof(*attr);
		return copy_to_user(from, &size, sizeof(size)) < 0 ? -EFAULT : -E2BIG;
	}
	return copy_from_user(attr, from, min(size, sizeof(*attr)));
}

#define KNOWN_FLAGS (SCHED_FLAG_RESET_ON_FORK | SCHED_FLAG_KEEP_ALL)

/* Sets what isn't to be kept. */
static int64_t set_attr(struct thread *thread, const struct sched_attr *attr)
{
	bool keeps = attr->sched_flags & SCHED_FLAG_KEEP_PARAMS;
	unsigned policy =
		attr->sched_flags & SCHED_FLAG_KEEP_POLICY ? thread->policy : attr->sched_policy;
	int priority = keeps ? thread->priority : (int)attr->sched_priority;
	int nice = keeps ? thread->nice : attr->sched_nice;

	if (attr->sched_flags & ~(uint64_t)KNOWN_FLAGS)
		return -EINVAL;
	if (attr->sched_flags & SCHED_FLAG_RESET_ON_FORK)
		policy |= SCHED_RESET_ON_FORK;
	return set_policy(thread, policy, priority, clamp_nice(nice));
}

int64_t sys_sched_setattr(int tid, uaddr_t from, unsigned flags)
{
	struct sched_attr attr = {0};
	struct thread *thread;
	int64_t error;
	int found;

	if (!from || tid < 0 || flags)
		return -EINVAL;
	error = attr_from_user(&attr, from);
	if (error)
		return error;
	if ((int)attr.sched_policy < 0)
		return -EINVAL;
	thread = find(tid, &found);
	return thread ? set_attr(thread, &attr) : found;
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
	attr.sched_nice = is_realtime(attr.sched_policy) ? 0 : thread->nice;
	attr.sched_priority = thread->priority;
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

/* Is the task one of those that getpriority(2) is about? `who` 0 is the current one. */
static bool is_meant(const struct task *task, int which, int who)
{
	if (which == PRIO_PROCESS)
		return task->thread.tid == (who ? who : current->tid);
	if (which == PRIO_PGRP)
		return task->process->group == (who ? who : process_current()->group);
	return who == 0; /* all are root's */
}

/* The next thread behind `thread`, NULL: the first, that a call is about. NULL: there is no more.
 */
static struct thread *next_meant(const struct thread *thread, int which, int who)
{
	struct thread *t = thread ? thread->next : current;

	for (bool begun = thread; !begun || t != current; begun = true, t = t->next)
		if (is_meant(task_of(t), which, who))
			return t;
	return NULL;
}

/* Returns 20 minus the lowest nice value, 1 to 40: a result below 0 would be an errno. */
int64_t sys_getpriority(int which, int who)
{
	int64_t result = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	for (const struct thread *t = NULL; (t = next_meant(t, which, who));)
		if (result < NICE_MAX + 1 - t->nice)
			result = NICE_MAX + 1 - t->nice;
	return result;
}

int64_t sys_setpriority(int which, int who, int nice)
{
	int64_t result = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	nice = clamp_nice(nice);
	for (struct thread *t = NULL; (t = next_meant(t, which, who));) {
		bool may = may_be_nice(t, nice);

		if (may)
			t->nice = nice;
		/* One that fails is told, whatever becomes of the others. */
		if (!may || result == -ESRCH)
			result = may ? 0 : -EACCES;
	}
	return result;
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
