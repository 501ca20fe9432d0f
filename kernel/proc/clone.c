/* SPDX-License-Identifier: MIT */
/* New tasks: clone(2). */
#include "clone.h"

#include <asm/errno.h>
#include <linux/sched.h>

#include "../layout.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "../sched/trampoline.h"
#include "../x86/x86.h"
#include "process.h"

/* The number of a new task. */
static int next_tid(void)
{
	static int tids; /* given out, beside the first task's */

	return process_current()->pid + ++tids;
}

static int store_tid(uaddr_t to, int tid)
{
	return copy_to_user(to, &tid, sizeof(tid));
}

/* A copy of the current task, but for what clone(2) says is another's. NULL: out of memory. */
static struct task *copy_task(const struct clone_args *args, const struct trap_frame *frame)
{
	struct task *parent = task_current();
	struct task *task = kmalloc(sizeof(*task));

	if (!task)
		return NULL;
	*task = (struct task){
		.thread =
			{
				.nice = parent->thread.nice,
				.policy = parent->thread.policy & ~SCHED_RESET_ON_FORK,
				.timer_slack = parent->thread.timer_slack,
				.frame = *frame,
				.fs_base =
					args->flags & CLONE_SETTLS ? args->tls : rdmsr(MSR_FS_BASE),
				.gs_base = rdmsr(MSR_GS_BASE),
				.fpu = trampoline_alloc_area(),
			},
		.process = parent->process,
		.signals = {.blocked = parent->signals.blocked},
		.clear_tid = args->flags & CLONE_CHILD_CLEARTID ? args->child_tid : 0,
	};
	task_set_comm(task, task_comm(parent));
	if (!task->thread.fpu) {
		kfree(task);
		return NULL;
	}
	task->thread.tid = next_tid();
	task->thread.frame.rax = 0;
	if (args->stack)
		task->thread.frame.rsp = args->stack;
	return task;
}

int64_t task_clone(const struct clone_args *args, struct trap_frame *frame)
{
	int error = trampoline_map();
	struct task *task;

	if (args->flags & CLONE_SETTLS && args->tls >= USER_TOP)
		return -EPERM;
	if (error)
		return error;
	if (!current->fpu)
		current->fpu = trampoline_alloc_area();
	task = current->fpu ? copy_task(args, frame) : NULL;
	if (!task)
		return -ENOMEM;
	/* As on Linux, these may fail. */
	if (args->flags & CLONE_PARENT_SETTID)
		store_tid(args->parent_tid, task->thread.tid);
	if (args->flags & CLONE_CHILD_SETTID)
		store_tid(args->child_tid, task->thread.tid);
	thread_add(&task->thread);
	/* The new task starts with this one's FPU state; this one goes on. */
	frame->rax = task->thread.tid;
	current->frame = *frame;
	work_pending = false;
	trampoline_switch_fpu(task->thread.fpu, 0);
}
