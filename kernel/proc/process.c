/* SPDX-License-Identifier: MIT */
/* Processes: the first one, and what there is of others. */
#include "process.h"

#include <asm/errno.h>
#include <asm/signal.h>

#include "../abi.h"
#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/keep.h"
#include "../host/clock.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "../x86/direct_map.h"
#include "exec_file.h"
#include "tracer.h"

#define FIRST_PID 100
#define NONE	  RLIM64_INFINITY
#define EQUAL(value)                                                                               \
	{                                                                                          \
		value, value                                                                       \
	}

static struct fdtable first_files; /* zeros */
static struct fs_context first_fs;
static struct handlers first_handlers; /* zeros, so that the image doesn't hold them */
static struct program first_program;

struct process *current_process;

const struct tracer *tracer;

static unsigned process_count = 1;

/* Its limits are those of Linux's first process: include/asm-generic/resource.h. */
static struct process first_process = {
	.pid = FIRST_PID,
	.parent_pid = KERNEL_PID,
	.group = FIRST_PID,
	.session = FIRST_PID,
	.tasks = 1,
	.program = &first_program,
	.handlers = &first_handlers,
	.limits =
		{
			[RLIMIT_CPU] = EQUAL(NONE),   /* seconds; itimer.c keeps to it */
			[RLIMIT_FSIZE] = EQUAL(NONE), /* of what a program writes */
			[RLIMIT_DATA] = EQUAL(NONE),  /* private memory that can be written */
			[RLIMIT_STACK] = {STACK_SIZE, NONE}, /* of the first thread */
			[RLIMIT_CORE] = {0, NONE},	     /* unless the host wants one: core.h */
			[RLIMIT_RSS] = EQUAL(NONE),	     /* of no effect on Linux, either */
			[RLIMIT_NPROC] = EQUAL(NONE),	     /* not for root */
			[RLIMIT_NOFILE] = EQUAL(FD_COUNT),   /* fds; fdtable.c keeps to it */
			[RLIMIT_MEMLOCK] = EQUAL(8 << 20),   /* not for root */
			[RLIMIT_AS] = EQUAL(NONE),	     /* all that is mapped */
			[RLIMIT_LOCKS] = EQUAL(NONE),	     /* of no effect on Linux, either */
			[RLIMIT_SIGPENDING] = EQUAL(4096),   /* signals, of all processes */
			[RLIMIT_MSGQUEUE] = EQUAL(100 * 8192), /* bytes */
			/* Nobody else waits for this CPU: no capability is wanted to share it out.
			 */
			[RLIMIT_NICE] = EQUAL(40),
			[RLIMIT_RTPRIO] = EQUAL(99),
			[RLIMIT_RTTIME] = EQUAL(NONE),
		},
	.files = &first_files,
	.fs = &first_fs,
	.dumpable = 1,
};

static struct task first_task = {
	.thread =
		{
			.next = &first_task.thread,
			.tid = FIRST_PID,
			.tgid = FIRST_PID,
			.process_cpu = &first_process.cpu,
		},
	.process = &first_process,
};

void process_init(struct space *space, const char *host_cwd)
{
	current = &first_task.thread;
	current_process = &first_process;
	first_handlers.refs = first_program.refs = 1;
	first_task.thread.space = space;
	space_switch(space);
	current_files = &first_files;
	current_fs = &first_fs;
	fdtable_init(current_files);
	fs_context_init(current_fs, host_cwd);
}

struct process *process_first(void)
{
	return &first_process;
}

struct process *process_next(const struct process *process)
{
	return process->next;
}

struct process *process_find(int pid)
{
	struct process *p = &first_process;

	if (pid == 0)
		return process_current();
	while (p && p->pid != pid)
		p = p->next;
	return p;
}

bool process_group_exists(int group, int session)
{
	for (const struct process *p = &first_process; p; p = p->next)
		if (p->group == group && (!session || p->session == session))
			return true;
	return false;
}

bool process_group_is_orphaned(int group, const struct process *but)
{
	if (first_process.group == group)
		return false;
	for (const struct process *p = &first_process; p; p = p->next)
		if (p != but && p->group == group && p->tasks && p->parent &&
		    p->parent->group != group && p->parent->session == p->session)
			return false;
	return true;
}

struct task *process_task(const struct process *process, const struct task *task)
{
	struct thread *t = task ? task->thread.next : current;
	bool begun = task;

	/* From the current one on, once around. */
	for (; !begun || t != current; t = t->next) {
		if (task_of(t)->process == process)
			return task_of(t);
		begun = true;
	}
	return NULL;
}

void task_free(struct task *task)
{
	if (task != &first_task)
		kfree(task);
}

static bool is_used(int number)
{
	if (thread_find(number))
		return true;
	for (const struct process *p = &first_process; p; p = p->next)
		if (p->pid == number || p->group == number || p->session == number)
			return true;
	return false;
}

int process_new_number(void)
{
	static int last = FIRST_PID;
	static bool wrapped;

	do {
		last++;
		if (last == PID_MAX) {
			wrapped = true;
			last = FIRST_PID + 1;
		}
	} while (wrapped && is_used(last));
	return last;
}

bool process_is_limit(void)
{
	return process_count == PROCESSES_MAX;
}

struct process *process_new(void)
{
	struct process *process;

	if (process_is_limit())
		return NULL;
	process = kmalloc(sizeof(*process));
	if (!process)
		return NULL;
	memset(process, 0, sizeof(*process));
	process->pid = process_new_number();
	process->start = clock_monotonic();
	process->next = first_process.next;
	first_process.next = process;
	process_count++;
	return process;
}

void process_free(struct process *process)
{
	struct process *before = &first_process;

	while (before->next != process)
		before = before->next;
	before->next = process->next;
	process_count--;
	timer_fire_all(&process->cpu.timers);
	kfree(process);
}

_Static_assert(sizeof(struct handlers) <= FRAME_SIZE, "handlers_copy");
_Static_assert(sizeof(struct program) <= FRAME_SIZE, "program_new");
_Static_assert(sizeof(struct process) <= KMALLOC_MAX, "process_new");
_Static_assert(sizeof(struct task) <= KMALLOC_MAX, "task_new");

struct handlers *handlers_copy(const struct handlers *handlers)
{
	paddr_t frame = frame_alloc();
	struct handlers *copy = phys_to_virt(frame);

	if (!frame)
		return NULL;
	copy->refs = 1;
	memcpy(copy->actions, handlers->actions, sizeof(copy->actions));
	return copy;
}

void handlers_put(struct handlers *handlers)
{
	if (--handlers->refs == 0 && handlers != &first_handlers)
		frame_put(virt_to_phys(handlers));
}

struct program *program_new(void)
{
	paddr_t frame = frame_alloc();
	struct program *program = phys_to_virt(frame);

	if (!frame)
		return NULL;
	program->refs = 1;
	return program;
}

void program_put(struct program *program)
{
	if (--program->refs)
		return;
	if (program->file)
		exec_file_drop(program->file);
	if (program->owns_exe)
		path_drop((char *)program->exe);
	if (program != &first_program)
		frame_put(virt_to_phys(program));
}

void task_set_comm(struct task *task, const char *name)
{
	size_t bytes = min(strlen(name), sizeof(task->comm) - 1);

	memset(task->comm, 0, sizeof(task->comm)); /* a program gets to see all of it */
	memcpy(task->comm, name, bytes);
	task->named = true;
}

/* What follows the last slash. */
static const char *base_name(const char *path)
{
	const char *base = path;

	for (; *path; path++)
		if (*path == '/')
			base = path + 1;
	return base;
}

const char *task_comm(struct task *task)
{
	if (!task->named)
		task_set_comm(task, base_name(task->process->program->exe));
	return task->comm;
}

void process_set_name(const char *exe, const char *name)
{
	task_current()->named = false;
	if (name != exe)
		task_set_comm(task_current(), base_name(name));
}

const char *program_path(const struct program *program)
{
	static char path[PATH_MAX]; /* in the low 2 MiB; what could be opened is shorter */

	return memcpy(path, program->exe, strlen(program->exe) + 1);
}
