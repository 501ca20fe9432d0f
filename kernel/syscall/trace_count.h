/* SPDX-License-Identifier: MIT */
/* How many calls of each kind a program makes, and how long they take: strace -c. */
#ifndef TRACE_COUNT_H
#define TRACE_COUNT_H

#include <stdbool.h>
#include <stdint.h>

/* A call is about to be made; it has been made, or waits. */
void trace_count_begin(void);
void trace_count_end(uint32_t number);

/* A call has returned. */
void trace_count(uint32_t number, bool is_error);

/* Writes the table. */
void trace_count_report(void);

#endif
