/* SPDX-License-Identifier: MIT */
/* What wait(2) is told of children. */
#include "children.h"

#include <asm/errno.h>
#include <asm/siginfo.h>
#include <linux/wait.h>

#include "exit.h"

/*
 * Does the query ask for this child? A "clone" child ends with another signal: wait(2), __WCLONE.
 */
static bool is_asked_for(const struct process *child, const struct child_query *query)
{
	bool is_clone = child->exit_signal != SIGCHLD;

	if ((query->which == P_PID && child->pid != query->id) ||
	    (query->which == P_PGID && child->group != query->id))
		return false;
	return query->options & __WALL || is_clone == !!(query->options & __WCLONE);
}

static void tell_end(struct process *child, struct child_event *event)
{
	int sig = child->status & 0x7f;

	event->pid = child->pid;
	event->code = !sig ? CLD_EXITED : child->status & CORE_FLAG ? CLD_DUMPED : CLD_KILLED;
	event->status = sig ? sig : child->status >> 8;
	event->wstatus = child->status;
}

static void tell_stop(struct process *child, struct child_event *event)
{
	bool stopped = child->report == STOP_STOPPED;

	event->pid = child->pid;
	event->code = stopped ? CLD_STOPPED : CLD_CONTINUED;
	event->status = stopped ? child->stop_signal : SIGCONT;
	event->wstatus = stopped ? child->stop_signal << 8 | 0x7f : 0xffff;
}

int child_event(const struct child_query *query, struct child_event *event)
{
	bool keep = query->options & WNOWAIT;
	int error = -ECHILD;

	event->pid = 0;
	for (struct process *child = process_current()->children; child; child = child->sibling) {
		if (!is_asked_for(child, query))
			continue;
		error = 0;
		event->cpu = child->cpu.used + child->children_cpu;
		if (!child->tasks && query->options & WEXITED) {
			tell_end(child, event);
			if (!keep) {
				process_current()->children_cpu += event->cpu;
				process_reap(child);
			}
			return 0;
		}
		if ((child->report == STOP_STOPPED && query->options & WSTOPPED) ||
		    (child->report == STOP_CONTINUED && query->options & WCONTINUED)) {
			tell_stop(child, event);
			if (!keep)
				child->report = STOP_NOTHING;
			return 0;
		}
	}
	return error;
}
