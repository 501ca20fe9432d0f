/* SPDX-License-Identifier: MIT */
/*
 * Advisory locks: those of fcntl(2), of a process or of an open file, and of flock(2). They bind
 * nobody but those who ask for them.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct file;
struct wait_queue;

/* The locks of one kind don't see those of another, but for the first two. */
enum lock_kind {
	LOCK_OF_PROCESS, /* F_SETLK: whose owner is the table of fds */
	LOCK_OF_FILE,	 /* F_OFD_SETLK: whose owner is the struct file */
	LOCK_WHOLE,	 /* flock(2), likewise */
};

struct lock {
	struct lock *next;
	uint64_t dev, ino; /* of the file */
	const void *owner; /* only compared */
	enum lock_kind kind;
	bool exclusive;
	int pid;	    /* F_GETLK tells it */
	int64_t start, end; /* bytes, both included */
};

/* How many there are: without any, nothing need be done when a file is closed. */
extern unsigned lock_count;

/* Where those that wait for a lock do. */
extern struct wait_queue lock_waits;

/* The lock that is in the way of another one, of several that with the lowest start; or NULL. */
const struct lock *lock_conflict(const struct lock *wanted);

/*
 * Sets a lock that nothing is in the way of, or, with `unlock`, takes one away: of the owner's
 * locks of this kind the range is as `wanted` says. Returns 0 or -ENOMEM.
 */
int lock_set(const struct lock *wanted, bool unlock);

/* Would a wait for `blocker` be one for the own locks? What is waited for: thread.h. */
bool lock_is_deadlock(const struct lock *wanted, const struct lock *blocker);

/* The process with that table closes an fd of the file: its locks there go. */
void lock_close(const void *table, const struct file *file);

/* The owner is no more: all of its locks go. */
void lock_drop_owner(const void *owner);

#endif
