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

/* Does a process or a thread sleep, by its file "stat" of proc(5)? -1: that can't be read. */
int sleeps(const char *stat);

/* Waits until the process sleeps. */
void until_it_sleeps(pid_t pid);

/* The end of a child. */
_Noreturn void leave(int status);

/* Waits for a child, and shows how it ended. */
void show_end(const char *what, pid_t pid);

/* Shows what a socket receives at once, 1000 bytes at most, and how. */
void show_received(int fd, size_t bytes, int flags);

/* Has the thread that calls this get SIGUSR1 again and again, until the second call. */
void interrupts_begin(void);
void interrupts_end(void);

struct conform_case {
	const char *name;
	void (*run)(int argc, char **argv);
};

/* Each file's list, which ends with an empty entry. */
extern const struct conform_case file_cases[];
extern const struct conform_case memory_cases[];
extern const struct conform_case buffer_cases[];
extern const struct conform_case space_cases[];
extern const struct conform_case process_cases[];
extern const struct conform_case mapped_cases[];
extern const struct conform_case signal_cases[];
extern const struct conform_case thread_cases[];
extern const struct conform_case lock_cases[];
extern const struct conform_case call_cases[];
extern const struct conform_case terminal_cases[];
extern const struct conform_case directory_cases[];
extern const struct conform_case child_cases[];
extern const struct conform_case program_cases[];
extern const struct conform_case proc_cases[];
extern const struct conform_case name_cases[];
extern const struct conform_case event_cases[];
extern const struct conform_case job_cases[];
extern const struct conform_case queue_cases[];
extern const struct conform_case sysv_cases[];
extern const struct conform_case sysv_shm_cases[];
extern const struct conform_case socket_cases[];
extern const struct conform_case tmpfs_cases[];
extern const struct conform_case tmpfs_data_cases[];
extern const struct conform_case tmpfs_map_cases[];
extern const struct conform_case memfd_cases[];
extern const struct conform_case socket_path_cases[];
extern const struct conform_case timer_cases[];
extern const struct conform_case preempt_cases[];
extern const struct conform_case inet_cases[];
extern const struct conform_case tcp_cases[];
extern const struct conform_case udp_cases[];

#endif
