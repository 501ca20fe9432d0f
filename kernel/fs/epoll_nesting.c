/* SPDX-License-Identifier: MIT */
/* Epolls within epolls: how deep, and how many ways lead to one file. */
#include "epoll_nesting.h"

#include <asm/errno.h>

/* EP_MAX_NESTS and path_limits of Linux, fs/eventpoll.c. */
#define NESTS_MAX 4
static const unsigned path_limits[NESTS_MAX + 1] = {1000, 500, 100, 50, 10};

/* How many epolls lie below one another, below this; more than NESTS_MAX: `stop` is among them. */
static unsigned depth_below(const struct epoll *epoll, const struct epoll *stop, unsigned depth)
{
	unsigned most = 0;

	if (epoll == stop || depth > NESTS_MAX)
		return NESTS_MAX + 1;
	for (const struct epoll_item *item = epoll->items; item; item = item->next) {
		unsigned below = item->inner ? 1 + depth_below(item->inner, stop, depth + 1) : 0;

		if (below > most)
			most = below;
		if (most > NESTS_MAX)
			break;
	}
	return most;
}

/* How many lie above one another, above this. */
static unsigned depth_above(const struct epoll *epoll, unsigned depth)
{
	unsigned most = 0;

	for (struct file_watcher *w = epoll->file.watchers; w && depth <= NESTS_MAX; w = w->next) {
		unsigned above = 1 + depth_above(epoll_item_of(w)->epoll, depth + 1);

		if (above > most)
			most = above;
	}
	return most;
}

/* Counts the ways that lead to a file, by their length. False: there are too many. */
static bool count_paths(const struct file *file, unsigned depth, unsigned counts[NESTS_MAX + 1])
{
	if (depth > NESTS_MAX)
		return false;
	for (struct file_watcher *w = file->watchers; w; w = w->next) {
		const struct file *outer = &epoll_item_of(w)->epoll->file;

		if (outer->watchers) {
			if (!count_paths(outer, depth + 1, counts))
				return false;
		} else if (depth && ++counts[depth] > path_limits[depth]) {
			return false;
		}
	}
	return true;
}

/* Are the ways few to a file, and, if it is an epoll, to all that lie below? */
static bool paths_are_few(const struct file *file, struct epoll *epoll, unsigned pass)
{
	unsigned counts[NESTS_MAX + 1] = {0};

	if (!count_paths(file, 0, counts))
		return false;
	if (!epoll || epoll->seen == pass)
		return true;
	epoll->seen = pass;
	for (struct epoll_item *item = epoll->items; item; item = item->next)
		if (!paths_are_few(item->file, item->inner, pass))
			return false;
	return true;
}

int epoll_check_nesting(struct epoll *epoll, struct file *file, struct epoll *inner)
{
	static unsigned pass;

	if (inner) {
		unsigned below = depth_below(inner, epoll, 0);

		if (below > NESTS_MAX || below + 1 + depth_above(epoll, 0) > NESTS_MAX)
			return -ELOOP;
	} else if (!epoll->file.watchers) {
		return 0; /* ways of length 1 aren't limited */
	}
	return paths_are_few(file, inner, ++pass) ? 0 : -EINVAL;
}
