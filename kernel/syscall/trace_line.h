/* SPDX-License-Identifier: MIT */
/* The lines of a trace, as strace(1) lays them out, and where they go. */
#ifndef TRACE_LINE_H
#define TRACE_LINE_H

#include <stdbool.h>

#include "../abi.h"

/* Lines go to the host's fd that this names, and begin with what it asks for. */
void trace_line_init(const struct boot_trace *wanted);

/* Do they go to a file of their own? */
bool trace_is_file(void);

/* Begins a line about the task with this number. One that another has begun is left unfinished. */
void trace_begin(int tid);

/*
 * Goes on with the line that the task has begun. False: it was left unfinished, and this is another
 * one.
 */
bool trace_go_on(int tid);

/* Adds to the line: see text_format(). */
void trace_put(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Blanks up to the column where results stand. */
void trace_pad(void);

/* Hands over what there is. */
void trace_flush(void);

/* The line goes on later. It is shown as far as it is, unless it must be written whole. */
void trace_wait(void);

/* Ends the line. */
void trace_end(void);

#endif
