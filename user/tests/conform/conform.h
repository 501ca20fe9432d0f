/* SPDX-License-Identifier: MIT */
/*
 * Cases for a C library's programs. Each prints what it sees, which has to be
 * the same on Linux and in the VM, so nothing that differs from run to run.
 */
#ifndef CONFORM_H
#define CONFORM_H

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

/* Shows an expression of a value. */
#define SHOW(expression) printf("%s = %lld\n", #expression, (long long)(expression))

/* Shows what a call comes to: its result, or its errno by name. */
#define CALL(expression)                                                                           \
	do {                                                                                       \
		errno = 0;                                                                         \
		show_call(#expression, (long long)(expression));                                   \
	} while (0)

void show_call(const char *what, long long result);

/* A call that must succeed for the case to make sense. */
#define MUST(expression)                                                                           \
	do {                                                                                       \
		if (!(expression)) {                                                               \
			printf("%s:%d: %s: %s\n", __FILE__, __LINE__, #expression,                 \
			       strerror(errno));                                                   \
			fflush(stdout);                                                            \
			_exit(99);                                                                 \
		}                                                                                  \
	} while (0)

/* fork() of a program that prints: what is in the buffer must not be there twice. */
pid_t child(void);

/* The end of a child. */
_Noreturn void leave(int status);

struct conform_case {
	const char *name;
	void (*run)(int argc, char **argv);
};

/* Each file's list, which ends with an empty entry. */
extern const struct conform_case file_cases[], memory_cases[], buffer_cases[], space_cases[],
	process_cases[], signal_cases[], thread_cases[], lock_cases[], call_cases[], mapped_cases[],
	terminal_cases[], directory_cases[], child_cases[], program_cases[], proc_cases[],
	name_cases[], timer_cases[], preempt_cases[];

#endif
