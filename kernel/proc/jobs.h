/* SPDX-License-Identifier: MIT */
/* Job control: groups, the terminal's foreground, groups that are orphaned. See credentials(7). */
#ifndef JOBS_H
#define JOBS_H

#include "../fs/terminal.h"
#include "process.h"

/* What a terminal asks of processes. */
extern const struct terminal_jobs jobs_of_terminal;

/*
 * A process is about to end, or, with `parent`, has lost that one. If its group is orphaned by
 * that and has a process that is stopped, the group is sent SIGHUP and SIGCONT.
 */
void jobs_hang_up(const struct process *process, const struct process *parent);

#endif
