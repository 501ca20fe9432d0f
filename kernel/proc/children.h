/* SPDX-License-Identifier: MIT */
/* What wait(2) is told of children. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include "process.h"

/* Which children: by waitid(2)'s P_ALL, P_PID or P_PGID, and its options. */
struct child_query {
	unsigned which;
	int id;
	unsigned options;
};

struct child_event {
	int pid;      /* 0: nothing has happened yet */
	int code;     /* CLD_* */
	int status;   /* exit status, or the signal: waitid(2) */
	int wstatus;  /* the same as wait(2) has it */
	uint64_t cpu; /* nanoseconds that it and what it has waited for have used */
};

/*
 * Finds an event of a child of the current process: it has ended, stopped or gone on. Unless
 * WNOWAIT is among the options, the event is told only once, and a child that has ended is reaped.
 * Returns 0, with event->pid 0 if there is no event; -ECHILD: there is no such child.
 */
int child_event(const struct child_query *query, struct child_event *event);

#endif
