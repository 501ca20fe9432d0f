/* SPDX-License-Identifier: MIT */
/* What the files of the sandbox's test share. */
#ifndef SANDBOX_TEST_H
#define SANDBOX_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "../hostfile.h"
#include "../user.h"

/* How the next process goes into the sandbox. */
struct way_in {
	const char *root;    /* --root, or NULL */
	bool no_files;	     /* --no-files */
	bool landlock_alone; /* opens are not resolved beneath the root */
	struct user user;    /* --user */
	const char *output;  /* a file of --output, or NULL */
};
extern struct way_in way_in;

/* In the process in the sandbox: what it can open. */
extern struct hostfiles hostfiles;

/* And, with way_in.output, the host fd of that. */
extern int granted_output;

/* How often what others may change meanwhile is tried. */
extern int tries;

/* What only a process in the sandbox knows, as an argument of forbidden(). */
enum known {
	KNOWN = -1000,
	VCPU = KNOWN,
	MESSAGES,
	ROOT,
	PROC,
	SELF,
	LOOK,
	LOOK_INSIDE, /* between the two */
	LOOK_BEHIND,
	LOOK_HIGH, /* the same low half */
	ITSELF,	   /* the empty path */
	ITSELF_HIGH,
	NUMBERS,
	NUMBERS_HIGH,
	BEFORE_NUMBERS,
	BEHIND_NUMBERS,
	OUTPUT,
	TIMER,
	TIMEOUT,
	TIMEOUT_HIGH,
	KNOWN_END
};

/* Prints the line of a test; no problem is success. */
void verdict(const char *name, const char *problem);

/*
 * Starts a process in the sandbox, its messages in a pipe that the caller
 * reads: *messages. Returns its ID, in it 0.
 */
pid_t sandboxed(int *messages);

/* Waits for its end. Returns its status, and the first of what it said. */
int end_of(pid_t pid, int messages, char *text, size_t size);

/* The system call must end a process in the sandbox by SIGSYS, with a message that has its number.
 */
void forbidden(const char *name, long number, long a, long b, long c, long d);

/* All of sandbox_files.c, and of sandbox_output.c. */
void files_in_the_sandbox(void);
void outputs_in_the_sandbox(void);

#endif
