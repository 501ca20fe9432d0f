/* SPDX-License-Identifier: MIT */
/* Epolls within epolls. */
#ifndef EPOLL_NESTING_H
#define EPOLL_NESTING_H

#include "epoll_item.h"

/*
 * May `epoll` get an item for this file, which is the epoll `inner` or, NULL, another, with regard
 * to epolls within epolls? 0; -ELOOP: it would lead to itself, or through too many; -EINVAL: too
 * many ways would lead to a file, each of which is gone when that becomes ready.
 */
int epoll_check_nesting(struct epoll *epoll, struct file *file, struct epoll *inner);

#endif
