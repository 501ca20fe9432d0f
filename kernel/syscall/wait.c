/* SPDX-License-Identifier: MIT */
/* System calls that wait for children. */
#include <asm/errno.h>
#include <asm/siginfo.h>
#include <linux/resource.h>
#include <linux/wait.h>

#include "../mm/uaccess.h"
#include "../proc/children.h"
#include "../proc/pidfd.h"
#include "syscall.h"

#define WAIT4_OPTIONS  (WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL)
#define WAITID_STATES  (WEXITED | WSTOPPED | WCONTINUED)
#define WAITID_OPTIONS (WNOHANG | WNOWAIT | WAITID_STATES | __WNOTHREAD | __WCLONE | __WALL)

/*
 * Finds an event of a child, or lets the call wait for one. Returns 0: *event has it, or pid 0 with
 * WNOHANG; 1: the call waits and is to return *result; or -ECHILD.
 */
static int find_event(const struct child_query *query, struct child_event *event, int64_t *result)
{
	int error = child_event(query, event);

	if (error || event->pid || query->options & WNOHANG)
		return error;
	wait_on(&process_current()->child_waits);
	*result = wait_restart(CLOCK_FOREVER, RESTART_BY_ACTION);
	return 1;
}

/* Stores what a child has used: all of its CPU time is ring 3's. */
static int store_usage(uaddr_t to, const struct child_event *event)
{
	const struct rusage usage = {
		.ru_utime = {event->cpu / NSEC_PER_SEC, event->cpu % NSEC_PER_SEC / 1000},
	};

	return to ? copy_to_user(to, &usage, sizeof(usage)) : 0;
}

int64_t sys_wait4(int pid, uaddr_t status, unsigned options, uaddr_t usage)
{
	struct child_query query = {.which = P_ALL, .options = options | WEXITED};
	struct child_event event;
	int64_t result;
	int found;

	if (options & ~WAIT4_OPTIONS)
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	if (pid != -1) {
		query.which = pid > 0 ? P_PID : P_PGID;
		query.id = pid > 0 ? pid : pid < 0 ? -pid : process_current()->group;
	}
	found = find_event(&query, &event, &result);
	if (found)
		return found < 0 ? found : result;
	if (!event.pid)
		return 0;
	if ((status && copy_to_user(status, &event.wstatus, sizeof(event.wstatus)) < 0) ||
	    store_usage(usage, &event) < 0)
		return -EFAULT;
	return event.pid;
}

/* The members of a siginfo_t that waitid(2) sets; the others stay what they are. */
static int store_info(uaddr_t to, const struct child_event *event)
{
	const int head[] = {event->pid ? SIGCHLD : 0, 0, event->code};
	const int child[] = {event->pid, 0, event->status};

	_Static_assert(offsetof(siginfo_t, si_code) == sizeof(head) - sizeof(int), "head");
	_Static_assert(offsetof(siginfo_t, si_status) - offsetof(siginfo_t, si_pid) ==
			       sizeof(child) - sizeof(int),
		       "child");
	if (!to)
		return 0;
	if (copy_to_user(to, head, sizeof(head)) < 0)
		return -EFAULT;
	return copy_to_user(to + offsetof(siginfo_t, si_pid), child, sizeof(child));
}

/* Names the process of a pidfd by its number; without a wait if the fd is so. 0 or -EBADF. */
static int query_pidfd(struct child_query *query)
{
	struct process *process;
	int error = pidfd_process(query->id, &process);

	if (error)
		return error;
	if (pidfd_is_nonblocking(query->id))
		query->options |= WNOHANG;
	query->which = P_PID;
	query->id = process ? process->pid : 0; /* which no child has */
	return 0;
}

int64_t sys_waitid(unsigned which, int id, uaddr_t info, unsigned options, uaddr_t usage)
{
	struct child_query query = {.which = which, .id = id, .options = options};
	struct child_event event = {0};
	int64_t result;
	int found;

	if (options & ~WAITID_OPTIONS || !(options & WAITID_STATES))
		return -EINVAL;
	if (which > P_PIDFD || (which == P_PID && id <= 0) || (which >= P_PGID && id < 0))
		return -EINVAL;
	found = which == P_PIDFD ? query_pidfd(&query) : 0;
	if (found)
		return found;
	if (which == P_PGID && id == 0)
		query.id = process_current()->group;
	found = find_event(&query, &event, &result);
	if (found)
		return found < 0 ? found : result;
	if (!event.pid && query.options & WNOHANG && !(options & WNOHANG))
		return -EAGAIN;
	if (!event.pid)
		event.code = event.status = 0;
	return store_usage(event.pid ? usage : 0, &event) < 0 || store_info(info, &event) < 0
		       ? -EFAULT
		       : 0;
}
