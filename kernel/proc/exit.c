/* SPDX-License-Identifier: MIT */
/* Ends of tasks and processes. */
#include "exit.h"

#include "../abi.h"
#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/fifo.h"
#include "../host/hypercall.h"
#include "../host/printk.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/space.h"
#include "../sched/futex.h"
#include "../sched/schedule.h"
#include "../sched/trampoline.h"
#include "debug.h"
#include "jobs.h"
#include "pidfd.h"
#include "posix_timer.h"
#include "signal.h"
#include "switch.h"
#include "tracer.h"

/* The task, which is in no queue, tells those that wait for what it holds; its space is in use. */
static void let_go(struct task *task)
{
	struct thread *thread = &task->thread;
	struct space *before = space_visit(thread->space);

	/* Nobody else sees what is written to memory that is about to go. */
	futex_thread_ends(thread, task->robust_list, thread->space->refs > 1 ? task->clear_tid : 0);
	space_visit(before);
	if (thread->fpu && thread->space->refs > 1)
		trampoline_free_area(thread->space, thread->fpu);
}

/* Drops the task's reference to its space; the CPU uses another then. */
static void drop_space(struct thread *thread)
{
	if (thread->space == current_space && thread->space->refs == 1)
		space_switch(process_task(process_first(), NULL)->thread.space);
	space_put(thread->space);
	thread->space = NULL;
}

void task_end_vfork(struct task *task)
{
	struct task *parent = task->vfork_parent;

	if (!parent)
		return;
	task->vfork_parent = parent->vfork_child = NULL;
	/* Unless SIGKILL has. */
	if (parent->thread.kill_only)
		wait_end(&parent->thread);
}

/* Ends a task, all but the current one's struct. */
static void end_task(struct task *task)
{
	if (task->vfork_child)
		task->vfork_child->vfork_parent = NULL;
	task_end_vfork(task);
	wait_end(&task->thread);
	fifo_forget(&task->thread);
	let_go(task);
	signal_forget(task);
	/* The current task is still in the ring: no signal may find it. */
	task->signals.blocked = UINT64_MAX;
	task->signals.awaited = 0;
	posix_timer_forget_clock(task->process, &task->thread.cpu);
	timer_fire_all(&task->thread.cpu.timers);
	cpu_clock_leave(&task->thread);
	drop_space(&task->thread);
	task->process->tasks--;
	if (&task->thread == current)
		return;
	thread_remove(&task->thread);
	task_free(task);
}

/* Ends the tasks of a process, but perhaps one. */
static void end_tasks(struct process *process, const struct task *but)
{
	struct task *task = process_task(process, NULL);
	struct task *next;

	for (; task; task = next) {
		next = process_task(process, task);
		if (task != but)
			end_task(task);
	}
}

void task_end_others(void)
{
	if (process_current()->tasks > 1)
		end_tasks(process_current(), task_current());
}

void process_set_parent(struct process *process, struct process *parent)
{
	struct process **link;

	if (process->parent) {
		for (link = &process->parent->children; *link != process;)
			link = &(*link)->sibling;
		*link = process->sibling;
	}
	process->parent = parent;
	process->parent_pid = parent ? parent->pid : KERNEL_PID;
	process->sibling = NULL;
	if (!parent)
		return;
	/* At the end: wait(2) tells of the oldest first. */
	for (link = &parent->children; *link;)
		link = &(*link)->sibling;
	*link = process;
}

void process_reap(struct process *process)
{
	pidfd_forget(process);
	/* Timers of others may run by its clock. */
	for (struct process *p = process_first(); p; p = process_next(p))
		posix_timer_forget_clock(p, &process->cpu);
	process_set_parent(process, NULL);
	process_free(process);
}

/* Tells the parent of a process that has ended; reaps it where nobody is to wait for it. */
static void notify_parent(struct process *process)
{
	struct process *parent = process->parent;
	const int sig = process->exit_signal;
	const struct sigaction *action;
	bool ignored, reaps;

	if (!parent) {
		process_reap(process);
		return;
	}
	action = &parent->handlers->actions[SIGCHLD - 1];
	ignored = sig == SIGCHLD && action->sa_handler == SIG_IGN;
	reaps = ignored || (sig == SIGCHLD && action->sa_flags & SA_NOCLDWAIT);
	/* First, so that a wait(2) finds it and isn't interrupted by its signal. */
	wait_wake(&parent->child_waits);
	/* clone(2) takes any number up to CSIGNAL; one that is no signal tells nobody. */
	if (sig && sig <= SIGNAL_COUNT && !ignored)
		signal_child(process, sig,
			     process->status & CORE_FLAG ? CLD_DUMPED
			     : process->status & 0x7f	 ? CLD_KILLED
							 : CLD_EXITED);
	if (reaps)
		process_reap(process);
}

/* Who gets the children of a process that has ended: prctl(2), PR_SET_CHILD_SUBREAPER. */
static struct process *find_reaper(const struct process *process)
{
	struct process *reaper = process->parent;

	while (reaper && !reaper->child_subreaper)
		reaper = reaper->parent;
	return reaper;
}

static void orphan_children(struct process *process)
{
	struct process *reaper = find_reaper(process);
	struct process *child;

	while ((child = process->children)) {
		siginfo_t info = signal_info(child->parent_death_signal, SI_USER);

		info.si_pid = process->pid;
		process_set_parent(child, reaper);
		child->exit_signal = SIGCHLD;
		if (!child->tasks) {
			notify_parent(child);
			continue;
		}
		if (info.si_signo)
			signal_send_process(child, &info);
		jobs_hang_up(child, process);
	}
}

static void (*on_end)(const struct process *process);

void process_on_end(void (*function)(const struct process *process))
{
	on_end = function;
}

/* Ends the machine. */
static _Noreturn void end_machine(uint32_t code)
{
	if (tracer)
		tracer->finish();
	hypercall_exit(code);
}

/* Ends a process, but not the current task's struct. `status` is that of wait(2). */
static void end_process(struct process *process, int status)
{
	for (struct task *t = process_task(process, NULL); t && tracer;
	     t = process_task(process, t))
		tracer->ended(t, status);
	if (process == process_first())
		end_machine(status & 0x7f ? EXIT_KILLED(status & 0x7f) : status >> 8);
	memcpy(process->comm, task_comm(process_task(process, NULL)), sizeof(process->comm));
	end_tasks(process, NULL);
	if (on_end)
		on_end(process);
	posix_timer_delete_all(process);
	itimer_cancel_all(process);
	signal_drop_all(&process->pending);
	fdtable_put(process->files);
	fs_context_put(process->fs);
	handlers_put(process->handlers);
	program_put(process->program);
	process->status = status;
	process->is_stopped = false;
	process->report = STOP_NOTHING;
	orphan_children(process);
	jobs_hang_up(process, NULL);
	pidfd_wake(process);
	notify_parent(process);
}

/* The current task has ended: goes on with another. */
static _Noreturn void leave(void)
{
	struct task *task = task_current();
	struct thread *next;

	wait_until(CLOCK_FOREVER);
	next = schedule_pick();
	if (!next)
		process_deadlock();
	thread_remove(&task->thread);
	current = next; /* nobody is charged for what is no more */
	task_free(task);
	switch_to(next, 0);
}

void task_exit(int status)
{
	struct process *process = process_current();

	status = (status & 0xff) << 8;
	/* A process's status is that of its first task, even if others go on. */
	if (current->tid == process->pid)
		process->leader_status = status;
	if (process->tasks == 1) {
		end_process(process, process->leader_status);
	} else {
		if (tracer)
			tracer->ended(task_current(), status);
		end_task(task_current());
	}
	leave();
}

void process_exit(int status)
{
	end_process(process_current(), (status & 0xff) << 8);
	leave();
}

void process_kill(int sig)
{
	debug_program_dies(sig);
	end_process(process_current(), sig);
	leave();
}

/* The process with the most page frames that are mapped. */
static struct process *largest(void)
{
	struct process *first = process_first();
	struct process *found = first;
	uint64_t most = 0;

	for (struct process *p = process_first(); p; p = process_next(p)) {
		struct task *task = p->tasks ? process_task(p, NULL) : NULL;
		uint64_t count = task ? space_resident(task->thread.space) : 0;

		/* The first one's end is that of all: rather another. */
		if (count > most || (found == first && count && count == most)) {
			most = count;
			found = p;
		}
	}
	return found;
}

void process_out_of_memory(void)
{
	const uint64_t kib = frame_count_total() * (FRAME_SIZE / 1024);
	struct process *process;

	if (!process_next(process_first())) {
		printk("kernel: out of memory: all %lu KiB of the guest are in use; give it more "
		       "with -m\n",
		       kib);
		process_kill(SIGKILL);
	}
	process = largest();
	printk("kernel: out of memory: all %lu KiB of the guest are in use; the largest process, "
	       "%d (%s), is killed\n",
	       kib, process->pid, task_comm(process_task(process, NULL)));
	if (process == process_current())
		process_kill(SIGKILL);
	end_process(process, SIGKILL);
}

void process_deadlock(void)
{
	printk("kernel: deadlock: the program waits for a signal, a futex or a pipe, and %s\n",
	       process_next(process_first()) ? "so do all other processes"
	       : thread_count() > 1	     ? "so do all its threads"
					     : "has no other thread");
	end_machine(EXIT_KILLED(SIGKILL));
}
