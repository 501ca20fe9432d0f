/* SPDX-License-Identifier: MIT */
/* Who is told what becomes of tasks, for a trace of them: syscall/trace.c if there is one. */
#ifndef TRACER_H
#define TRACER_H

#include <asm/siginfo.h>

#include "../x86/trap_frame.h"

struct task;

struct tracer {
	/* The current task's call, of which `traced` is set, is done: RAX of the frame is its
	 * result. */
	void (*done)(const struct trap_frame *frame);
	/* A signal is delivered to the current task; what is done about it follows. */
	void (*signal)(const struct trap_frame *frame, const siginfo_t *info);
	/* A task ends, by a status as wait(2) tells it. */
	void (*ended)(struct task *task, int status);
	/* The machine ends. */
	void (*finish)(void);
};

/* NULL: nobody asks. */
extern const struct tracer *tracer;

#endif
