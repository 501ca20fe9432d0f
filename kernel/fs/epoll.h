/* SPDX-License-Identifier: MIT */
/*
 * epoll(7). An epoll is a file with items. Each item watches another file: its wait queue, and its
 * end. An item whose file may be ready is in the epoll's list of these, where epoll_wait(2) asks
 * the file itself.
 */
#ifndef EPOLL_H
#define EPOLL_H

#include <linux/eventpoll.h>

#include "file.h"

struct epoll;

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

#endif
