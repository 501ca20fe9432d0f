/* SPDX-License-Identifier: MIT */
/* /proc/PID: state, memory, signals and limits of a task. */
#include <asm/errno.h>
#include <linux/capability.h>
#include <linux/mman.h>

#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/terminal.h"
#include "../host/clock.h"
#include "../layout.h"
#include "../mm/frame.h"
#include "../mm/space.h"
#include "process.h"
#include "procfs.h"

#define KIB 1024

/* What a task's files tell of, collected. */
struct facts {
	struct task *task;
	struct process *process;
	uint64_t used; /* nanoseconds of the CPU */
	char state;
	unsigned threads;
	uint64_t pending, ignored, caught; /* signals: bit n - 1 is signal n */
	/* Bytes. Resident: all guest memory that is in use, by whichever process. */
	uint64_t size, resident, data, stack, text;
};

static char state_of(const struct task *task)
{
	if (task->thread.held)
		return 'T';
	return task->thread.state == THREAD_WAITS ? 'S' : 'R';
}

/* A process that has ended, and waits to be reaped; or NULL. */
static const struct process *find_zombie(const struct tree_at *at)
{
	const struct process *process = process_find(tree_number(at));

	return process && !process->tasks ? process : NULL;
}

static const char *state_name(char state)
{
	return state == 'R' ? "R (running)" : state == 'T' ? "T (stopped)" : "S (sleeping)";
}

static int collect(struct facts *f, const struct tree_at *at)
{
	struct task *task = task_find(tree_number(at));
	struct process *process;
	struct space *space;

	if (!task)
		return -ESRCH;
	process = task->process;
	space = task->thread.space;
	*f = (struct facts){
		.task = task,
		.process = process,
		.used = cpu_clock_read(task->thread.tid == process->pid ? &process->cpu
									: &task->thread.cpu),
		.state = state_of(task),
		.threads = process->tasks,
		.pending = task->signals.pending.set,
		.size = space_size(space, 0, 0),
		.resident = space_resident(space) * FRAME_SIZE,
		.data = space_size(space, PROT_WRITE, VMA_SHARED | VMA_STACK),
		.text = space_size(space, PROT_EXEC, VMA_VDSO),
	};
	f->stack = space_size(space, PROT_WRITE, VMA_SHARED) - f->data;
	for (unsigned i = 0; i < SIGNAL_COUNT; i++) {
		if (process->handlers->actions[i].sa_handler == SIG_IGN)
			f->ignored |= SIGNAL_BIT(i + 1);
		else if (process->handlers->actions[i].sa_handler != SIG_DFL)
			f->caught |= SIGNAL_BIT(i + 1);
	}
	return 0;
}

static void show_memory(struct text *text, const struct facts *f)
{
	static const char *const names[] = {"VmPeak", "VmSize",	 "VmLck",   "VmPin",	"VmHWM",
					    "VmRSS",  "RssAnon", "RssFile", "RssShmem", "VmData",
					    "VmStk",  "VmExe",	 "VmLib",   "VmPTE",	"VmSwap"};
	const uint64_t bytes[] = {f->size,     f->size,	    0, 0, f->resident,
				  f->resident, f->resident, 0, 0, f->data,
				  f->stack,    f->text,	    0, 0, 0};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		text_format(text, "%s:\t%8lu kB\n", names[i], bytes[i] / KIB);
}

static void show_signals(struct text *text, const struct facts *f)
{
	text_format(text, "Threads:\t%u\nSigQ:\t0/0\n", f->threads);
	text_format(text, "SigPnd:\t%016lx\nShdPnd:\t%016lx\n", f->pending,
		    f->process->pending.set);
	text_format(text, "SigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n",
		    f->task->signals.blocked, f->ignored, f->caught);
}

/* A name of a task, on one line: a newline and the backslash as C has them. */
static void put_comm(struct text *text, const char *name)
{
	for (; *name; name++) {
		if (*name == '\n' || *name == '\\')
			text_put(text, '\\');
		text_put(text, *name == '\n' ? 'n' : *name);
	}
}

static void show_ids(struct text *text, const struct process *process, int tid, unsigned fds)
{
	text_format(text, "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n", process->pid,
		    tid, process->parent_pid);
	text_format(text, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t%u\nGroups:\t \n", fds);
	text_format(text, "NStgid:\t%d\nNSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\n", process->pid, tid,
		    process->group, process->session);
}

static void show_zombie_status(struct text *text, const struct process *process)
{
	text_string(text, "Name:\t");
	put_comm(text, process->comm);
	text_string(text, "\nState:\tZ (zombie)\n");
	show_ids(text, process, process->pid, 0);
	text_string(text, "Threads:\t1\n");
}

int procfs_status(struct text *text, const struct tree_at *at)
{
	const struct process *zombie = find_zombie(at);
	struct facts f;
	int error = zombie ? 0 : collect(&f, at);

	if (zombie)
		show_zombie_status(text, zombie);
	if (zombie || error)
		return error;
	text_string(text, "Name:\t");
	put_comm(text, task_comm(f.task));
	text_format(text, "\nUmask:\t%04o\nState:\t%s\n", f.process->fs->umask,
		    state_name(f.state));
	show_ids(text, f.process, tree_number(at), FD_COUNT);
	show_memory(text, &f);
	show_signals(text, &f);
	/* It has no capability, and may lose none: see syscall/ids.c. */
	text_format(text, "CapInh:\t%016lx\nCapPrm:\t%016lx\nCapEff:\t%016lx\n", 0ul, 0ul, 0ul);
	text_format(text, "CapBnd:\t%016lx\nCapAmb:\t%016lx\n", 0ul, 0ul);
	text_format(text, "NoNewPrivs:\t%u\nSeccomp:\t0\n", f.process->no_new_privs);
	text_string(text, "Cpus_allowed:\t1\nCpus_allowed_list:\t0\n");
	text_string(text, "Mems_allowed:\t1\nMems_allowed_list:\t0\n");
	text_string(text, "voluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n");
	return 0;
}

/* Numbers of a list, each with a blank before it. */
static void put_list(struct text *text, const uint64_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_format(text, " %lu", numbers[i]);
}

#define PUT_LIST(text, ...)                                                                        \
	put_list(text, (const uint64_t[]){__VA_ARGS__},                                            \
		 sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* Of signals, these files tell the first 31 alone. */
#define OLD_SIGNALS(set) ((set)&INT32_MAX)

/* The first fields of `stat`. */
static void put_ids(struct text *text, const struct process *process, uint32_t tid,
		    const char *comm, char state)
{
	int foreground = terminal_foreground(process->session);

	text_format(text, "%u (%s) %c %d %d %d %u %d", tid, comm, state, process->parent_pid,
		    process->group, process->session, foreground < 0 ? 0 : terminal_controlling(),
		    foreground);
}

static void put_zombie_stat(struct text *text, const struct process *process)
{
	put_ids(text, process, process->pid, process->comm, 'Z');
	/* flags, faults, times; priority, nice, threads, itrealvalue, starttime */
	PUT_LIST(text, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT_LIST(text, 20, 0, 1, 0, process->start / NSEC_PER_TICK);
	/* What it had of memory and signals; exit_signal, and so on; exit_code. */
	PUT_LIST(text, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	PUT_LIST(text, process->exit_signal, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		 process->status);
	text_put(text, '\n');
}

int procfs_stat(struct text *text, const struct tree_at *at)
{
	const struct process *zombie = find_zombie(at);
	const struct stack_parts *stack;
	struct facts f;
	int error = zombie ? 0 : collect(&f, at);

	if (zombie)
		put_zombie_stat(text, zombie);
	if (zombie || error)
		return error;
	stack = &f.process->program->stack;
	put_ids(text, f.process, tree_number(at), task_comm(f.task), f.state);
	/* flags, faults (4), utime, stime, cutime, cstime: what was used counts as ring 3's */
	PUT_LIST(text, 0, 0, 0, 0, 0, f.used / NSEC_PER_TICK, 0,
		 f.process->children_cpu / NSEC_PER_TICK, 0);
	text_format(text, " %d %d", 20 + f.task->thread.nice, f.task->thread.nice);
	/* threads, itrealvalue, starttime, vsize, rss, rsslim */
	PUT_LIST(text, f.threads, 0, f.process->start / NSEC_PER_TICK, f.size,
		 f.resident / FRAME_SIZE, f.process->limits[RLIMIT_RSS].rlim_cur);
	/* startcode and endcode are told to nobody; startstack, kstkesp, kstkeip */
	PUT_LIST(text, 1, 1, stack->start, 0, 0);
	PUT_LIST(text, OLD_SIGNALS(f.pending), OLD_SIGNALS(f.task->signals.blocked),
		 OLD_SIGNALS(f.ignored), OLD_SIGNALS(f.caught));
	/* wchan, nswap, cnswap, exit_signal, processor, rt_priority, policy, delays, guests (2) */
	PUT_LIST(text, 0, 0, 0, SIGCHLD, 0, 0, f.task->thread.policy, 0, 0, 0);
	/* start_data, end_data, start_brk, arg_start, arg_end, env_start, env_end, exit_code */
	PUT_LIST(text, 0, 0, f.task->thread.space->brk_start, stack->args, stack->env, stack->env,
		 stack->env_end, 0);
	text_put(text, '\n');
	return 0;
}

int procfs_statm(struct text *text, const struct tree_at *at)
{
	struct facts f;
	int error = collect(&f, at);

	if (error)
		return error;
	text_format(text, "%lu %lu 0 %lu 0 %lu 0\n", f.size / PAGE_SIZE, f.resident / FRAME_SIZE,
		    f.text / PAGE_SIZE, (f.data + f.stack) / PAGE_SIZE);
	return 0;
}

static void put_limit(struct text *text, uint64_t start, unsigned column, uint64_t value)
{
	if (value == RLIM64_INFINITY)
		text_string(text, "unlimited");
	else
		text_format(text, "%lu", value);
	text_pad(text, start, column);
	text_put(text, ' ');
}

int procfs_limits(struct text *text, const struct tree_at *at)
{
	static const struct {
		const char *name, *unit;
	} limits[RLIM_NLIMITS] = {
		[RLIMIT_CPU] = {"Max cpu time", "seconds"},
		[RLIMIT_FSIZE] = {"Max file size", "bytes"},
		[RLIMIT_DATA] = {"Max data size", "bytes"},
		[RLIMIT_STACK] = {"Max stack size", "bytes"},
		[RLIMIT_CORE] = {"Max core file size", "bytes"},
		[RLIMIT_RSS] = {"Max resident set", "bytes"},
		[RLIMIT_NPROC] = {"Max processes", "processes"},
		[RLIMIT_NOFILE] = {"Max open files", "files"},
		[RLIMIT_MEMLOCK] = {"Max locked memory", "bytes"},
		[RLIMIT_AS] = {"Max address space", "bytes"},
		[RLIMIT_LOCKS] = {"Max file locks", "locks"},
		[RLIMIT_SIGPENDING] = {"Max pending signals", "signals"},
		[RLIMIT_MSGQUEUE] = {"Max msgqueue size", "bytes"},
		[RLIMIT_NICE] = {"Max nice priority", ""},
		[RLIMIT_RTPRIO] = {"Max realtime priority", ""},
		[RLIMIT_RTTIME] = {"Max realtime timeout", "us"},
	};
	const struct task *task = task_find(tree_number(at));

	if (!task)
		return -ESRCH;
	text_string(text, "Limit                     Soft Limit           Hard Limit           "
			  "Units     \n");
	for (unsigned i = 0; i < RLIM_NLIMITS; i++) {
		const struct rlimit64 *limit = &task->process->limits[i];
		uint64_t start = text->at;

		text_string(text, limits[i].name);
		text_pad(text, start, 26);
		put_limit(text, start, 46, limit->rlim_cur);
		put_limit(text, start, 67, limit->rlim_max);
		if (*limits[i].unit) {
			text_string(text, limits[i].unit);
			text_pad(text, start, 78);
		}
		text_put(text, '\n');
	}
	return 0;
}
