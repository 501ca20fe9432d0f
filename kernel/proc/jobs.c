/* SPDX-License-Identifier: MIT */
/* Job control: groups, the terminal's foreground, groups that are orphaned. */
#include "jobs.h"

#include <asm/errno.h>

#include "../sched/wait.h"
#include "signal.h"

static bool is_session(int session)
{
	return process_current()->session == session;
}

static int check_group(int group)
{
	if (!process_group_exists(group, 0))
		return -ESRCH;
	return process_group_exists(group, process_current()->session) ? 0 : -EPERM;
}

static void send_group(int group, int sig)
{
	const siginfo_t info = signal_info(sig, SI_KERNEL);

	signal_send_group(group, &info);
}

/* As Linux's tty_check_change() has it. */
static int check_access(int foreground, int sig)
{
	const struct process *process = process_current();

	if (process->group == foreground)
		return 0;
	if (task_current()->signals.blocked & SIGNAL_BIT(sig) ||
	    signal_action(sig)->sa_handler == SIG_IGN)
		return sig == SIGTTIN ? -EIO : 0;
	if (process_group_is_orphaned(process->group, NULL))
		return -EIO;
	send_group(process->group, sig);
	return -ERESTARTSYS;
}

const struct terminal_jobs jobs_of_terminal = {
	.is_session = is_session,
	.check_group = check_group,
	.check_access = check_access,
};

static bool has_stopped(int group)
{
	for (const struct process *p = process_first(); p; p = process_next(p))
		if (p->group == group && p->is_stopped)
			return true;
	return false;
}

void jobs_hang_up(const struct process *process, const struct process *parent)
{
	const struct process *outside = parent ? parent : process->parent;
	int group = process->group;

	if (!outside || outside->group == group || outside->session != process->session ||
	    !process_group_is_orphaned(group, parent ? NULL : process) || !has_stopped(group))
		return;
	send_group(group, SIGHUP);
	send_group(group, SIGCONT);
}
