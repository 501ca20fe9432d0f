/* SPDX-License-Identifier: MIT */
/* The one process: what it starts with, and its end. */
#include "process.h"

#include <asm/signal.h>

#include "../abi.h"
#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../host/hypercall.h"
#include "../host/printk.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/space.h"

#define FIRST_PID 100
#define NONE	  RLIM64_INFINITY
#define EQUAL(value)                                                                               \
	{                                                                                          \
		value, value                                                                       \
	}

static struct fdtable first_files; /* zeros */
static struct fs_context first_fs;

/* Its limits are those of Linux's first process: include/asm-generic/resource.h. */
static struct process first_process = {
	.pid = FIRST_PID,
	.limits =
		{
			[RLIMIT_CPU] = EQUAL(NONE),   /* seconds; no timer looks at it */
			[RLIMIT_FSIZE] = EQUAL(NONE), /* of what a program writes */
			[RLIMIT_DATA] = EQUAL(NONE),  /* private memory that can be written */
			[RLIMIT_STACK] = {STACK_SIZE, NONE},   /* of the first thread */
			[RLIMIT_CORE] = {0, NONE},	       /* there are no core dumps */
			[RLIMIT_RSS] = EQUAL(NONE),	       /* of no effect on Linux, either */
			[RLIMIT_NPROC] = EQUAL(NONE),	       /* not for root */
			[RLIMIT_NOFILE] = EQUAL(FD_COUNT),     /* fds; fdtable.c keeps to it */
			[RLIMIT_MEMLOCK] = EQUAL(8 << 20),     /* not for root */
			[RLIMIT_AS] = EQUAL(NONE),	       /* all that is mapped */
			[RLIMIT_LOCKS] = EQUAL(NONE),	       /* of no effect on Linux, either */
			[RLIMIT_SIGPENDING] = EQUAL(NONE),     /* memory limits it */
			[RLIMIT_MSGQUEUE] = EQUAL(100 * 8192), /* bytes; there are no queues */
			[RLIMIT_NICE] = EQUAL(0),
			[RLIMIT_RTPRIO] = EQUAL(0),
			[RLIMIT_RTTIME] = EQUAL(NONE),
		},
	.files = &first_files,
	.fs = &first_fs,
	.dumpable = 1,
};

static struct task first_task = {
	.thread = {.next = &first_task.thread, .tid = FIRST_PID},
	.process = &first_process,
};

void process_init(struct space *space, const char *host_cwd)
{
	current = &first_task.thread;
	first_process.space = space;
	space_switch(space);
	current_files = &first_files;
	current_fs = &first_fs;
	fdtable_init(current_files);
	fs_context_init(current_fs, host_cwd);
}

bool process_is(int pid)
{
	return pid == 0 || pid == process_current()->pid;
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
		task_set_comm(task, base_name(task->process->exe));
	return task->comm;
}

void process_set_name(const char *exe, const char *name)
{
	process_current()->exe = exe;
	process_current()->exe_resolved = false;
	task_current()->named = false;
	if (name != exe)
		task_set_comm(task_current(), base_name(name));
}

const char *process_path(void)
{
	static char path[PATH_MAX]; /* in the low 2 MiB; what could be opened is shorter */
	const char *exe = process_current()->exe;

	return memcpy(path, exe, strlen(exe) + 1);
}

void process_exit(int status)
{
	hypercall_exit(status & 0xff);
}

void process_kill(int sig)
{
	hypercall_exit(EXIT_KILLED(sig));
}

void process_out_of_memory(void)
{
	printk("kernel: out of memory: all %lu KiB of the guest are in use; give it more with -m\n",
	       frame_count_total() * (FRAME_SIZE / 1024));
	process_kill(SIGKILL);
}

void process_deadlock(void)
{
	printk("kernel: deadlock: the program waits for a signal, a futex or a pipe, and %s\n",
	       thread_has_others() ? "so do all its threads" : "has no other thread");
	process_kill(SIGKILL);
}
