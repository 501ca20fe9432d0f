/* SPDX-License-Identifier: MIT */
/* Processes, their tasks, and the ends of a process. There is one process. */
#ifndef PROCESS_H
#define PROCESS_H

#include <asm/signal.h>
#include <linux/resource.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../sched/thread.h"
#include "elf.h"
#include "stack.h"

#define TASK_COMM_BYTES 16 /* with its NUL: prctl(2) */

#define SIGNAL_COUNT	64
#define SIGNAL_BIT(sig) (UINT64_C(1) << ((sig)-1))

struct fdtable;
struct fs_context;
struct queued_signal;
struct space;

/* Signals that wait to be delivered; signal n is bit n - 1. */
struct pending {
	uint64_t set;
	struct queued_signal *queue; /* what is known of them, oldest first */
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

/* What all tasks of a program share. */
struct process {
	int pid;		  /* that of its first task, too */
	struct space *space;	  /* the current one while a task of it runs */
	const char *exe;	  /* the program's file, as seen from the first working directory */
	bool exe_resolved;	  /* procfs_exe() has its name without links */
	struct elf_plan image;	  /* how that was loaded */
	uint64_t image_bytes;	  /* the file's size then */
	struct stack_parts stack; /* what the program was started with */
	struct sigaction actions[SIGNAL_COUNT];
	struct pending pending; /* signals for whichever task takes them */
	struct rlimit64 limits[RLIM_NLIMITS];
	struct fdtable *files; /* while the process runs, current_files */
	struct fs_context *fs; /* and current_fs */

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

static inline struct process *process_current(void)
{
	return task_current()->process;
}

/* The task with this number, or NULL. */
static inline struct task *task_find(uint64_t tid)
{
	return task_of(thread_find(tid));
}

/*
 * Makes the first process's first task the current one, in this address space.
 * `host_cwd`: see fs_context_init().
 */
void process_init(struct space *space, const char *host_cwd);

/* Names a task, by as much as fits. */
void task_set_comm(struct task *task, const char *name);

/* Its name, TASK_COMM_BYTES with zeros at the end; until it is given one, that of its program. */
const char *task_comm(struct task *task);

/* Does a call that takes a process's number, 0 for the caller's own, name the current one? */
bool process_is(int pid);

/*
 * The name of the current program's file, as seen from the first working directory. Kept, not
 * copied. The current task is named after what was executed: that, or a script.
 */
void process_set_name(const char *exe, const char *name);

/* The same for the host, whose working directory stays. Valid until the next call. */
const char *process_path(void);

/* Ends the program with exit status `status` & 0xff. */
void process_exit(int status) __attribute__((noreturn));

/* Ends the program by a signal. */
void process_kill(int sig) __attribute__((noreturn));

/* Ends the program because the guest is out of memory. */
void process_out_of_memory(void) __attribute__((noreturn));

/* Ends the program because all its threads wait, and nothing can wake one of them. */
void process_deadlock(void) __attribute__((noreturn));

#endif
