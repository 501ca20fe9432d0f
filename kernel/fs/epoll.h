/* SPDX-License-Identifier: MIT */
/*
 * epoll(7). An epoll is a file with items. Each item watches another file: its wait queue, and its
 * end. An item whose file may be ready is in the epoll's list of these, where epoll_wait(2) asks
 * the file itself.
 */
#ifndef EPOLL_H
#define EPOLL_H

#include <linux/eventpoll.h>
#include <stddef.h>

#include "../sched/wait.h"
#include "file.h"

struct epoll;

struct epoll_item {
	struct wait_watch watch;      /* first */
	struct file_watcher on_close; /* of the file */
	struct epoll *epoll;
	struct file *file;   /* no reference: it outlives the item */
	struct epoll *inner; /* that the file is, or NULL */
	int fd;		     /* by which it was added */
	uint32_t events;     /* as epoll_ctl(2) was given them, and EPOLLERR | EPOLLHUP */
	uint64_t data;
	struct epoll_item *next, *previous; /* of the epoll */
	struct epoll_item *next_ready, *previous_ready;
	bool is_ready; /* perhaps: it is in that list */
};

struct epoll {
	struct file file; /* first */
	struct wait_queue waits;
	struct epoll_item *items;
	struct epoll_item *ready_first, *ready_last;
	unsigned seen; /* by epoll_check_nesting(), the last time */
};

static inline struct epoll_item *epoll_item_of(struct file_watcher *watcher)
{
	return (struct epoll_item *)((char *)watcher - offsetof(struct epoll_item, on_close));
}

/* Makes an epoll, with one reference. `flags`: O_RDWR. Returns 0 or -ENOMEM. */
int epoll_make(struct file **made);

/* The epoll that the file is, or NULL. */
struct epoll *epoll_of(struct file *file);

/* What is always ready, a regular file for one, can't be watched. */
bool epoll_can_watch(const struct file *file);

/*
 * epoll_ctl(2): an operation on the item of `file`, which can be watched, by the number `fd`.
 * Returns 0, -EINVAL, -EEXIST, -ENOENT, -ELOOP or -ENOMEM.
 */
int epoll_control(struct epoll *epoll, int operation, int fd, struct file *file,
		  const struct epoll_event *event);

/*
 * Writes the events of items that are ready, `count` at most, to an array of struct epoll_event.
 * Returns how many, or -EFAULT.
 */
int64_t epoll_collect(struct epoll *epoll, uaddr_t to, unsigned count);

/*
 * May `epoll` get an item for this file, which is the epoll `inner` or, NULL, another, with regard
 * to epolls within epolls? 0; -ELOOP: it would lead to itself, or through too many; -EINVAL: too
 * many ways would lead to a file, each of which is gone when that becomes ready.
 */
int epoll_check_nesting(struct epoll *epoll, struct file *file, struct epoll *inner);

#endif
