/* SPDX-License-Identifier: MIT */
/* From one thread to another. */
#include "switch.h"

#include <asm/errno.h>

#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../mm/space.h"
#include "../sched/schedule.h"
#include "../sched/tick.h"
#include "../sched/trampoline.h"
#include "../x86/x86.h"
#include "process.h"

int switch_prepare(void)
{
	int error = trampoline_map();

	if (!error && !current->fpu)
		current->fpu = trampoline_alloc_area();
	return error || current->fpu ? error : -ENOMEM;
}

void switch_to(struct thread *next, uaddr_t save_fpu)
{
	struct process *process = task_of(next)->process;

	tick_new_turn();
	current_process = process;
	current = next;
	work_pending = false; /* until it arrives: what faults on the way is not for it */
	if (next->space != current_space)
		space_switch(next->space);
	current_files = process->files;
	current_fs = process->fs;
	wrmsr(MSR_FS_BASE, next->fs_base);
	wrmsr(MSR_GS_BASE, next->gs_base);
	trampoline_switch_fpu(save_fpu, next->fpu, SWITCH_ARRIVES);
}

/* The current thread, which goes on later, saves its FPU state; then it comes back for `after`. */
static _Noreturn void save_fpu(enum after_switch after)
{
	work_pending = false;
	trampoline_switch_fpu(current->fpu, 0, after);
}

int switch_schedule(void)
{
	struct thread *before = current;
	struct thread *next = schedule_pick();
	int error;

	if (!next)
		return -EDEADLK;
	if (next == before)
		return 0;
	before->fs_base = rdmsr(MSR_FS_BASE);
	before->gs_base = rdmsr(MSR_GS_BASE);
	if (next->space == before->space)
		switch_to(next, before->fpu);
	error = switch_prepare();
	if (error)
		return error;
	save_fpu(SWITCH_LEAVES);
}

int switch_leave(void)
{
	struct thread *next = schedule_pick();

	if (!next)
		return -EDEADLK;
	if (next != current)
		switch_to(next, 0);
	return 0;
}

void switch_save_and_call(const struct trap_frame *frame)
{
	current->frame = *frame;
	save_fpu(SWITCH_CALLS);
}

void switch_save_and_dump(void)
{
	save_fpu(SWITCH_DUMPS);
}
