/* SPDX-License-Identifier: MIT */
/* Ends of tasks. */
#include "exit.h"

#include "../mm/kmalloc.h"
#include "../sched/futex.h"
#include "../sched/schedule.h"
#include "../sched/trampoline.h"
#include "../sched/wait.h"
#include "signal.h"

void task_exit(int status)
{
	struct task *task = task_current();
	struct thread *next;

	if (!thread_has_others())
		process_exit(status);
	futex_thread_ends(task->robust_list, task->clear_tid);
	wait_until(CLOCK_FOREVER);
	next = schedule_pick();
	if (!next)
		process_deadlock();
	thread_remove();
	trampoline_free_area(task->thread.fpu);
	signal_forget(task);
	/* The first task isn't from kmalloc(). */
	if (task->thread.tid != task->process->pid)
		kfree(task);
	schedule_switch(next, 0);
}
