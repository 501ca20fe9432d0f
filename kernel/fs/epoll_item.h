/* SPDX-License-Identifier: MIT */
/* What an epoll has of the files that it watches. For epoll.c and epoll_nesting.c. */
#ifndef EPOLL_ITEM_H
#define EPOLL_ITEM_H

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

#endif
