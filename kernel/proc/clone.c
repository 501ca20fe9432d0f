/* SPDX-License-Identifier: MIT */
/* New tasks and processes: clone(2). */
#include "clone.h"

#include <asm/errno.h>
#include <linux/sched.h>

#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../layout.h"
#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../sched/schedule.h"
#include "../sched/trampoline.h"
#include "../x86/x86.h"
#include "exit.h"
#include "pidfd.h"
#include "signal.h"
#include "switch.h"

#define CLONE_OF_A_THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND)
#define CLONE_NAMESPACES                                                                           \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |             \
	 CLONE_NEWPID | CLONE_NEWNET)
/* The last ones need nothing: there is no tracer, no I/O scheduler, no System V semaphore. */
#define CLONE_KNOWN                                                                                \
	(CLONE_OF_A_THREAD | CLONE_THREAD | CLONE_VFORK | CLONE_PARENT | CLONE_SETTLS |            \
	 CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_CLEAR_SIGHAND |   \
	 CLONE_SYSVSEM | CLONE_DETACHED | CLONE_PTRACE | CLONE_UNTRACED | CLONE_IO | CLONE_PIDFD)

/* Do the flags go together? 0 or a negative errno. */
static int check_flags(uint64_t flags)
{
	if (flags & ~(uint64_t)(CLONE_KNOWN | CLONE_NAMESPACES))
		return -EINVAL;
	if (flags & (CLONE_NEWNS | CLONE_NEWUSER) && flags & CLONE_FS)
		return -EINVAL;
	if (flags & CLONE_THREAD && (flags & CLONE_OF_A_THREAD) != CLONE_OF_A_THREAD)
		return -EINVAL;
	if (flags & CLONE_SIGHAND && !(flags & CLONE_VM))
		return -EINVAL;
	if (flags & CLONE_PIDFD && flags & (CLONE_DETACHED | CLONE_THREAD))
		return -EINVAL;
	if (flags & CLONE_SIGHAND && flags & CLONE_CLEAR_SIGHAND)
		return -EINVAL;
	return flags & CLONE_NAMESPACES ? -EPERM : 0;
}

static void store_tid(uaddr_t to, int tid)
{
	copy_to_user(to, &tid, sizeof(tid)); /* as on Linux, it may fail */
}

/*
 * A new task of the process, in the space: a copy of the current task, but for what clone(2)
 * sets anew. It isn't in the ring of threads yet. NULL: out of memory.
 */
static struct task *copy_task(const struct clone_args *args, const struct trap_frame *frame,
			      struct process *process, struct space *space)
{
	struct task *parent = task_current();
	bool is_copy = space != current->space;
	struct task *task = kmalloc(sizeof(*task));

	if (!task)
		return NULL;
	*task = (struct task){
		.thread =
			{
				.space = space,
				.process_cpu = &process->cpu,
				.timer_slack = parent->thread.timer_slack,
				.timer_slack_start = parent->thread.timer_slack,
				.frame = *frame,
				.fs_base =
					args->flags & CLONE_SETTLS ? args->tls : rdmsr(MSR_FS_BASE),
				.gs_base = rdmsr(MSR_GS_BASE),
				/* A copied space has an area at the same address. */
				.fpu = is_copy ? current->fpu : trampoline_alloc_area(),
			},
		.process = process,
		.signals = {.blocked = parent->signals.blocked},
		.clear_tid = args->flags & CLONE_CHILD_CLEARTID ? args->child_tid : 0,
	};
	schedule_inherit(&task->thread, &parent->thread);
	task_set_comm(task, task_comm(parent));
	if (!task->thread.fpu) {
		kfree(task);
		return NULL;
	}
	/* As on Linux, the alternate stack is kept by fork(2) and vfork(2), and by no thread. */
	if (!(args->flags & CLONE_VM) || args->flags & CLONE_VFORK) {
		task->signals.alt_start = parent->signals.alt_start;
		task->signals.alt_size = parent->signals.alt_size;
	}
	task->thread.frame.rax = 0;
	if (args->stack)
		task->thread.frame.rsp = args->stack;
	return task;
}

/* Handlers for a new process. NULL: out of memory. */
static struct handlers *share_handlers(struct handlers *handlers, uint64_t flags)
{
	struct handlers *copy;

	if (flags & CLONE_SIGHAND) {
		handlers->refs++;
		return handlers;
	}
	copy = handlers_copy(handlers);
	if (!copy)
		return NULL;
	for (unsigned i = 0; flags & CLONE_CLEAR_SIGHAND && i < SIGNAL_COUNT; i++)
		if (copy->actions[i].sa_handler != SIG_IGN)
			copy->actions[i] = (struct sigaction){.sa_handler = SIG_DFL};
	return copy;
}

static struct fdtable *share_files(struct fdtable *files, uint64_t flags)
{
	if (!(flags & CLONE_FILES))
		return fdtable_copy(files);
	fdtable_get(files);
	return files;
}

static struct fs_context *share_fs(struct fs_context *fs, uint64_t flags)
{
	if (!(flags & CLONE_FS))
		return fs_context_copy(fs);
	fs_context_get(fs);
	return fs;
}

/* Frees a process that never had a task. Parts that memory was missing for are NULL. */
static void drop_process(struct process *process)
{
	if (process->handlers)
		handlers_put(process->handlers);
	if (process->files)
		fdtable_put(process->files);
	if (process->fs)
		fs_context_put(process->fs);
	program_put(process->program);
	itimer_cancel_all(process);
	process_free(process);
}

/* Makes a copy of the current process, as the flags say, without a task. Returns 0 or an errno. */
static int copy_process(const struct clone_args *args, struct process **copied)
{
	const struct process *parent = process_current();
	struct process *process = process_new();

	if (!process)
		return process_is_limit() ? -EAGAIN : -ENOMEM;
	*copied = process;
	process->group = parent->group;
	process->session = parent->session;
	process->exit_signal =
		args->flags & CLONE_PARENT ? parent->exit_signal : (int)args->exit_signal;
	process->program = parent->program;
	process->program->refs++;
	memcpy(process->limits, parent->limits, sizeof(process->limits));
	process->persona = parent->persona;
	process->dumpable = parent->dumpable;
	process->keep_capabilities = parent->keep_capabilities;
	process->timing = parent->timing;
	process->no_new_privs = parent->no_new_privs;
	process->handlers = share_handlers(parent->handlers, args->flags);
	process->files = share_files(parent->files, args->flags);
	process->fs = share_fs(parent->fs, args->flags);
	if (process->handlers && process->files && process->fs) {
		itimer_limit_cpu(process);
		return 0;
	}
	drop_process(process);
	return -ENOMEM;
}

/* The space of a new task: the current one, or a copy. NULL: out of memory. */
static struct space *share_space(uint64_t flags)
{
	if (!(flags & CLONE_VM))
		return space_copy(current->space);
	space_get(current->space);
	return current->space;
}

/* Gives the parent an fd for the new process, if the flags ask for it. 0 or an errno. */
static int make_pidfd(const struct clone_args *args, struct process *process)
{
	int fd = args->flags & CLONE_PIDFD ? pidfd_install(process, 0) : 0;

	if (fd < 0 || !(args->flags & CLONE_PIDFD))
		return fd;
	if (copy_to_user(args->pidfd, &fd, sizeof(fd)) == 0)
		return 0;
	fd_close(fd);
	return -EFAULT;
}

/* Frees a task that is in no ring yet; its space is the caller's to drop. */
static void drop_task(struct task *task)
{
	if (task->thread.space == current->space)
		trampoline_free_area(current->space, task->thread.fpu);
	kfree(task);
}

/* A new task, in a process of its own unless it is a thread. Returns 0 or a negative errno. */
static int make_task(const struct clone_args *args, const struct trap_frame *frame,
		     struct task **made)
{
	struct process *process = process_current();
	bool is_thread = args->flags & CLONE_THREAD;
	int error = is_thread ? 0 : copy_process(args, &process);
	struct space *space;
	struct task *task;

	if (error)
		return error;
	space = share_space(args->flags);
	task = space ? copy_task(args, frame, process, space) : NULL;
	/* The child's copy of the memory is without what this stores. */
	error = task ? make_pidfd(args, process) : -ENOMEM;
	if (error) {
		if (task)
			drop_task(task);
		if (space)
			space_put(space);
		if (!is_thread)
			drop_process(process);
		return error;
	}
	task->thread.tid = is_thread ? process_new_number() : process->pid;
	task->thread.tgid = process->pid;
	process->tasks++;
	if (!is_thread)
		process_set_parent(process, args->flags & CLONE_PARENT ? process_current()->parent
								       : process_current());
	*made = task;
	return 0;
}

/* Stores the number of a new task where the flags ask for it, in its space or in the current. */
static void store_tids(const struct clone_args *args, struct task *task)
{
	struct space *before;

	if (args->flags & CLONE_PARENT_SETTID)
		store_tid(args->parent_tid, task->thread.tid);
	if (!(args->flags & CLONE_CHILD_SETTID))
		return;
	before = space_visit(task->thread.space);
	store_tid(args->child_tid, task->thread.tid);
	space_visit(before);
}

/* The current task waits until the other has executed a program, or ends. */
static void wait_for_vfork(struct task *task)
{
	task->vfork_parent = task_current();
	task_current()->vfork_child = task;
	wait_until(CLOCK_FOREVER);
	current->kill_only = true;
}

int64_t task_clone(const struct clone_args *args, struct trap_frame *frame)
{
	bool fpu_saved = current->fpu_saved;
	int error = check_flags(args->flags);
	struct task *task;

	current->fpu_saved = false;
	if (error)
		return error;
	if (args->flags & CLONE_SETTLS && args->tls >= USER_TOP)
		return -EPERM;
	error = switch_prepare();
	if (error)
		return error;
	/* Before the space is copied, so that the copy has the FPU state. */
	if (!(args->flags & CLONE_VM) && !fpu_saved)
		switch_save_and_call(frame);
	error = make_task(args, frame, &task);
	if (error)
		return error;
	store_tids(args, task);
	thread_add(&task->thread);
	if (args->flags & CLONE_VFORK)
		wait_for_vfork(task);
	if (!(args->flags & CLONE_VM))
		return task->thread.tid;
	/* The FPU state is saved for the new task, which starts with it. This task goes on. */
	frame->rax = task->thread.tid;
	current->frame = *frame;
	work_pending = false;
	trampoline_switch_fpu(task->thread.fpu, 0, SWITCH_ARRIVES);
}

int process_unshare(uint64_t flags)
{
	struct process *process = process_current();
	struct fdtable *files = process->files;
	struct fs_context *fs = process->fs;

	if (flags & CLONE_FS && fs->refs > 1)
		fs = fs_context_copy(fs);
	if (fs && flags & CLONE_FILES && files->refs > 1)
		files = fdtable_copy(files);
	if (!fs || !files) {
		if (fs && fs != process->fs)
			fs_context_put(fs);
		return -ENOMEM;
	}
	if (fs != process->fs)
		fs_context_put(process->fs);
	if (files != process->files)
		fdtable_put(process->files);
	process->fs = current_fs = fs;
	process->files = current_files = files;
	return 0;
}
