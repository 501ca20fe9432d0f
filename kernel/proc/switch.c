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
#include "exit.h"

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

bool switch_schedule(void)
{
	struct thread *before = current;
	struct thread *next = schedule_pick();

	if (!next || next == before)
		return next;
	before->fs_base = rdmsr(MSR_FS_BASE);
	before->gs_base = rdmsr(MSR_GS_BASE);
	if (next->space == before->space)
		switch_to(next, before->fpu);
	while (switch_prepare() < 0)
		process_out_of_memory();
	save_fpu(SWITCH_LEAVES);
}

void switch_leave(void)
{
	struct thread *next;

	/* A timer that fires meanwhile sees that user_frame isn't the thread's: signal.c. */
	current->after_switch = SWITCH_LEAVES;
	next = schedule_pick();
	current->after_switch = SWITCH_ARRIVES;
	if (!next)
		process_deadlock();
	if (next != current)
		switch_to(next, 0);
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
