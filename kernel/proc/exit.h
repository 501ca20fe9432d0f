/* SPDX-License-Identifier: MIT */
/* Ends of tasks and processes. With the first process ends the machine: its status is that one's.
 */
#ifndef EXIT_H
#define EXIT_H

#include "process.h"

/* Ends the current task as exit(2) does; with the last one, the process. */
void task_exit(int status) __attribute__((noreturn));

/* Ends all tasks of the current process but the current one. */
void task_end_others(void);

/* Ends the current process with exit status `status` & 0xff. */
void process_exit(int status) __attribute__((noreturn));

/* Ends the current process by a signal. */
void process_kill(int sig) __attribute__((noreturn));

/* The parent of `process` is another, or the kernel. Takes it out of the old one's children. */
void process_set_parent(struct process *process, struct process *parent);

/* The task that waits for this one in vfork(2), if one does, goes on. */
void task_end_vfork(struct task *task);

/* A process that has ended was waited for: nothing is left of it. */
void process_reap(struct process *process);

/*
 * The guest is out of memory: ends the largest process. Returns if that isn't the current one:
 * then there is more.
 */
void process_out_of_memory(void);

/* Ends the machine because all threads wait, and nothing can wake one of them. */
void process_deadlock(void) __attribute__((noreturn));

#endif
