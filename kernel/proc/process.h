/* SPDX-License-Identifier: MIT */
/* Processes and their tasks. How they begin is in clone.h, how they end in exit.h. */
#ifndef PROCESS_H
#define PROCESS_H

#include <asm/signal.h>
#include <linux/resource.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../sched/wait.h"
#include "elf.h"
#include "itimer.h"
#include "stack.h"

#define TASK_COMM_BYTES 16 /* with its NUL: prctl(2) */

#define SIGNAL_COUNT	64
#define SIGNAL_BIT(sig) (UINT64_C(1) << ((sig)-1))

struct fdtable;
struct fs_context;
struct pidfd;
struct posix_timer;
struct queued_signal;
struct space;

/* Signals that wait to be delivered; signal n is bit n - 1. */
struct pending {
	uint64_t set;
	struct queued_signal *queue; /* what is known of them, oldest first */
	struct queued_signal *last;
};

/* Of a task. */
struct signals {
	uint64_t blocked;
	struct pending pending;	      /* for this task alone */
	uint64_t saved;		      /* the mask that a handler returns to, if `restore` */
	bool restore;		      /* rt_sigsuspend() and its like have put another in place */
	uint64_t awaited;	      /* what rt_sigtimedwait() waits for, while it does */
	uint64_t alt_start, alt_size; /* sigaltstack(2); size 0: none */
};

/* What is done about signals. CLONE_SIGHAND shares it. In a page frame. */
struct handlers {
	unsigned refs;
	struct sigaction actions[SIGNAL_COUNT];
};

/* A program that was executed. fork(2) shares it. In a page frame. */
struct program {
	unsigned refs;
	const char *exe;	  /* its file, as seen from the first working directory */
	struct file *file;	  /* of a tmpfs, as exec_file_keep() has it, or NULL */
	bool owns_exe;		  /* exe is from path_keep() */
	bool exe_resolved;	  /* procfs_exe() has its name without links */
	struct elf_plan image;	  /* how that was loaded */
	uint64_t image_bytes;	  /* the file's size then */
	struct stack_parts stack; /* what it was started with */
};

/* What wait(2) may tell of a child that hasn't ended. */
enum stop_report {
	STOP_NOTHING,
	STOP_STOPPED,
	STOP_CONTINUED,
};

/* What all tasks of a process share. */
struct process {
	int pid;				     /* that of its first task, too */
	struct process *next;			     /* in the list of all */
	struct process *parent, *children, *sibling; /* no parent: the kernel, which reaps */
	int parent_pid;				     /* KERNEL_PID: no parent */
	int group, session;
	unsigned tasks;		    /* how many it has, 0: it has ended, and waits to be reaped */
	bool has_execed;	    /* since it was made: setpgid(2) */
	bool is_stopped;	    /* its tasks are held */
	uint64_t start;		    /* clock_monotonic() when it began */
	int exit_signal;	    /* for the parent when it ends, 0: none */
	int status;		    /* when it has ended, as wait(2) tells it */
	int leader_status;	    /* of its first task, if that has ended */
	int stop_signal;	    /* by which it was stopped */
	char comm[TASK_COMM_BYTES]; /* when it has ended, its first task's */
	enum stop_report report;
	struct wait_queue child_waits; /* its tasks, for a child to end, stop or go on */

	struct pidfd *pidfds; /* files that stand for it: pidfd.h */

	struct program *program;
	struct handlers *handlers;
	struct pending pending; /* signals for whichever task takes them */
	/* Of these, those that end the process: no task blocks them, or takes them otherwise. */
	uint64_t ends_by;
	struct rlimit64 limits[RLIM_NLIMITS];
	struct cpu_clock cpu;	/* what its tasks have used */
	uint64_t children_cpu;	/* and its children that were waited for, with theirs */
	struct timer cpu_limit; /* at which RLIMIT_CPU acts */
	struct itimer itimers[ITIMERS];
	struct posix_timer *timers; /* a list */
	int next_timer;		    /* its number, unless there is that one */
	struct fdtable *files;	    /* while the process runs, current_files */
	struct fs_context *fs;	    /* and current_fs */

	/* Kept and told; nothing else depends on them. */
	unsigned persona;	      /* personality(2) */
	uint32_t parent_death_signal; /* the next five: prctl(2) */
	uint32_t dumpable;
	uint32_t keep_capabilities;
	uint32_t timing;
	uint32_t child_subreaper;
	bool no_new_privs;
	bool private_barriers; /* registered by membarrier(2) */
};

/* A thread of a process, and what of the process's state is its own. */
struct task {
	struct thread thread; /* the first member, see task_of() */
	struct process *process;
	struct signals signals;
	char comm[TASK_COMM_BYTES]; /* of PR_SET_NAME, prctl(2): see task_comm() */
	bool named;		    /* else it is still to be made of the program's name */
	uaddr_t clear_tid;	    /* zeroed and woken when it ends; set_tid_address(2) */
	uaddr_t robust_list; /* the program's address of its head, or 0; set_robust_list(2) */
	/* vfork(2): who waits for this task to execute a program or end; whom it waits for. Or
	 * NULL; each is there as long as the other says so. */
	struct task *vfork_parent, *vfork_child;
};
_Static_assert(offsetof(struct task, thread) == 0, "task_of");

/* Each thread is a task's. */
static inline struct task *task_of(struct thread *thread)
{
	return (struct task *)thread;
}

static inline struct task *task_current(void)
{
	return task_of(current);
}

/* That of the current task: at hand, for most calls want it. */
extern struct process *current_process;

static inline struct process *process_current(void)
{
	return current_process;
}

/* The task with this number, of any process, or NULL. */
static inline struct task *task_find(uint64_t tid)
{
	return task_of(thread_find(tid));
}

/* The next task of a process behind `task`; NULL: the first. NULL: there is no other. */
struct task *process_task(const struct process *process, const struct task *task);

/* Frees a task that is in no ring. */
void task_free(struct task *task);

/* All processes, those that wait to be reaped too: the first, and the one after `process`. */
struct process *process_first(void);
struct process *process_next(const struct process *process);

/* The process with this number, 0: the current one; or NULL. */
struct process *process_find(int pid);

/* Is there a process in this group, of this session, 0: of any? */
bool process_group_exists(int group, int session);

/*
 * Is the group orphaned: has none of its processes a parent in another group of their session?
 * `but`: as if that one weren't there. That of the first process has one, outside.
 */
bool process_group_is_orphaned(int group, const struct process *but);

/* A new process, all zeros but for its pid. NULL: out of memory, or there are PROCESSES_MAX. */
struct process *process_new(void);

/* Takes a process that is in no tree of parents out of the list, and frees it. */
void process_free(struct process *process);

#define PROCESSES_MAX 1000

#define PID_MAX 0x400000 /* all pids are less: PID_MAX_LIMIT of Linux */

/* Are there as many processes as there can be? */
bool process_is_limit(void);

/* A number that no task, process, group or session has. */
int process_new_number(void);

#define KERNEL_PID 1 /* the parent of those that have none */

/* New ones, with one reference: a copy; all zeros. NULL: out of memory. The puts drop one. */
struct handlers *handlers_copy(const struct handlers *handlers);
void handlers_put(struct handlers *handlers);
struct program *program_new(void);
void program_put(struct program *program);

/*
 * Makes the first process's first task the current one, in this address space.
 * `host_cwd`: see fs_context_init().
 */
void process_init(struct space *space, const char *host_cwd);

/* Names a task, by as much as fits. */
void task_set_comm(struct task *task, const char *name);

/* Its name, TASK_COMM_BYTES with zeros at the end; until it is given one, that of its program. */
const char *task_comm(struct task *task);

/*
 * Names the current task after what was executed: the program's file exe, or a script.
 */
void process_set_name(const char *exe, const char *name);

/* The name of a program's file for the host. Valid until the next call. */
const char *program_path(const struct program *program);

#endif
