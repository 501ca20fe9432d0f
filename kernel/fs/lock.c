/* SPDX-License-Identifier: MIT */
/* Advisory locks: those of fcntl(2), of a process or of an open file, and of flock(2). */
#include "lock.h"

#include <asm/errno.h>
#include <stddef.h>

#include "../lib/math.h"
#include "../mm/kmalloc.h"
#include "../sched/wait.h"
#include "file.h"

#define CHAIN_MAX 10 /* owners that wait for each other, as far as Linux looks */

static struct lock *locks; /* all there are */
unsigned lock_count;
struct wait_queue lock_waits;

static bool is_same_owner(const struct lock *a, const struct lock *b)
{
	return a->owner == b->owner && a->kind == b->kind && a->dev == b->dev && a->ino == b->ino;
}

static bool overlaps(const struct lock *a, const struct lock *b)
{
	return a->start <= b->end && b->start <= a->end;
}

const struct lock *lock_conflict(const struct lock *wanted)
{
	const struct lock *first = NULL;

	for (const struct lock *l = locks; l; l = l->next)
		if (l->dev == wanted->dev && l->ino == wanted->ino && l->owner != wanted->owner &&
		    (l->kind == LOCK_WHOLE) == (wanted->kind == LOCK_WHOLE) &&
		    (l->exclusive || wanted->exclusive) && overlaps(l, wanted) &&
		    (!first || l->start < first->start))
			first = l;
	return first;
}

static void insert(struct lock *lock)
{
	lock->next = locks;
	locks = lock;
	lock_count++;
}

/* Frees the lock that a link leads to. */
static void drop(struct lock **link)
{
	struct lock *lock = *link;

	*link = lock->next;
	lock_count--;
	kfree(lock);
}

/*
 * Takes a range from the owner's locks. `rest` is put behind it where one lock lies on both sides;
 * else it stays the caller's. Returns if it was.
 */
static bool cut(const struct lock *range, struct lock *rest)
{
	bool used = false;

	for (struct lock **link = &locks; *link;) {
		struct lock *l = *link;
		bool before = l->start<range->start, behind = l->end> range->end;

		if (l == rest || !is_same_owner(l, range) || !overlaps(l, range)) {
			link = &l->next;
			continue;
		}
		if (before && behind) {
			*rest = *l;
			rest->start = range->end + 1;
			insert(rest);
			used = true;
		}
		if (before)
			l->end = range->start - 1;
		else if (behind)
			l->start = range->end + 1;
		if (before || behind)
			link = &l->next;
		else
			drop(link);
	}
	return used;
}

/* Has the new lock take in its neighbours that are like it. */
static void merge(struct lock *lock)
{
	for (struct lock **link = &locks; *link;) {
		struct lock *l = *link;
		bool touches = (l->end != INT64_MAX && l->end + 1 == lock->start) ||
			       (lock->end != INT64_MAX && lock->end + 1 == l->start);

		if (l == lock || !touches || !is_same_owner(l, lock) ||
		    l->exclusive != lock->exclusive || l->pid != lock->pid) {
			link = &l->next;
			continue;
		}
		lock->start = min(lock->start, l->start);
		lock->end = max(lock->end, l->end);
		drop(link);
	}
}

int lock_set(const struct lock *wanted, bool unlock)
{
	struct lock *rest = kmalloc(sizeof(*rest));
	struct lock *lock = unlock ? NULL : kmalloc(sizeof(*lock));

	if (!rest || (!unlock && !lock)) {
		kfree(rest);
		kfree(lock);
		return -ENOMEM;
	}
	if (!cut(wanted, rest))
		kfree(rest);
	if (lock) {
		*lock = *wanted;
		insert(lock);
		merge(lock);
	}
	/* What was exclusive may be shared now. */
	wait_wake(&lock_waits);
	return 0;
}

bool lock_is_deadlock(const struct lock *wanted, const struct lock *blocker)
{
	const void *owner = blocker->owner;

	if (wanted->kind != LOCK_OF_PROCESS || blocker->kind != LOCK_OF_PROCESS)
		return false;
	for (int i = 0; i < CHAIN_MAX; i++) {
		const struct wait_entry *entry = lock_waits.first;

		while (entry && entry->thread->lock_owner != owner)
			entry = entry->next;
		if (!entry)
			return false;
		owner = entry->thread->lock_blocker;
		if (owner == wanted->owner)
			return true;
	}
	return false;
}

/* Drops the owner's locks: those of one file, or all if it is NULL. Not part of a close without
 * locks. */
static __attribute__((noinline)) void drop_owner(const void *owner, const struct file *file)
{
	bool any = false;

	for (struct lock **link = &locks; *link;) {
		const struct lock *l = *link;

		if (l->owner == owner && (!file || (l->dev == file->dev && l->ino == file->ino))) {
			drop(link);
			any = true;
		} else {
			link = &(*link)->next;
		}
	}
	if (any)
		wait_wake(&lock_waits);
}

void lock_close(const void *table, const struct file *file)
{
	drop_owner(table, file);
}

void lock_drop_owner(const void *owner)
{
	drop_owner(owner, NULL);
}
